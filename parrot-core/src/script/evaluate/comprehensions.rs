//! Comprehensions: generators within generators, each value of the innermost one made to an element.

use std::sync::Arc;

use super::{Evaluation, Runtime, VALUE_BYTES, Value};
use crate::plan::script::{Makes, PatId, Qualifier};
use crate::script::bits::BitReader;
use crate::script::link::LinkedPattern;
use crate::script::{Map, Raised};

/// What has been made so far.
#[derive(Default)]
struct Made {
    values: Vec<Value>,
    bytes: Vec<u8>,
    entries: Vec<(Value, Value)>,
}

impl Evaluation<'_> {
    pub(super) fn comprehension(
        &mut self,
        makes: Makes,
        qualifiers: &[Qualifier],
        base: usize,
    ) -> Result<Value, Raised> {
        let mut made = Made::default();
        self.generate(makes, qualifiers, &mut made, base)?;
        self.fit(match makes {
            Makes::List(_) => Value::list(made.values),
            Makes::Binary(_) => Value::Bytes(made.bytes.into()),
            Makes::Map(..) => Value::Map(Arc::new(Map::new(made.entries))),
        })
    }

    fn generate(
        &mut self,
        makes: Makes,
        qualifiers: &[Qualifier],
        made: &mut Made,
        base: usize,
    ) -> Result<(), Raised> {
        self.work(1)?;
        let Some((first, rest)) = qualifiers.split_first() else { return self.make(makes, made, base) };
        match first {
            Qualifier::Filter(test) => {
                let value = self.eval(*test, base)?;
                match value.truth() {
                    Some(true) => self.generate(makes, rest, made, base),
                    Some(false) => Ok(()),
                    None => Err(Raised::error_about("bad_filter", value)),
                }
            }
            Qualifier::List(pattern, source) => {
                let source = self.eval(*source, base)?;
                let Value::List(list) = &source else {
                    return Err(Raised::error_about("bad_generator", source));
                };
                let mut elements = list.elements();
                for element in elements.by_ref() {
                    self.work(1)?;
                    let element = element.into_value();
                    if self.matches(*pattern, &element, base)? {
                        self.generate(makes, rest, made, base)?;
                    }
                }
                match elements.end() {
                    None => Ok(()),
                    Some(end) => Err(Raised::error_about("bad_generator", end.clone())),
                }
            }
            Qualifier::Map(key_pattern, value_pattern, source) => {
                let source = self.eval(*source, base)?;
                let Value::Map(map) = &source else {
                    return Err(Raised::error_about("bad_generator", source));
                };
                for (key, value) in map.iter() {
                    if self.matches(*key_pattern, key, base)? && self.matches(*value_pattern, value, base)? {
                        self.generate(makes, rest, made, base)?;
                    }
                }
                Ok(())
            }
            Qualifier::Binary(pattern, source) => {
                let source = self.eval(*source, base)?;
                self.generate_from_binary(makes, *pattern, &source, rest, made, base)
            }
        }
    }

    /// Takes pieces off the front as long as the pattern finds its sizes; those with other values are passed over.
    fn generate_from_binary(
        &mut self,
        makes: Makes,
        pattern: PatId,
        source: &Value,
        rest: &[Qualifier],
        made: &mut Made,
        base: usize,
    ) -> Result<(), Raised> {
        let script = self.script;
        let (Value::Bytes(bytes), LinkedPattern::Binary(segments)) =
            (source, &script.patterns[pattern.index()])
        else {
            return Err(Raised::error_about("bad_generator", source.clone()));
        };
        let mut reader = BitReader::new(bytes);
        loop {
            self.work(1)?;
            let before = reader.left();
            let Some(fits) = self.segments_match(segments, bytes, &mut reader, base)? else { return Ok(()) };
            if fits {
                self.generate(makes, rest, made, base)?;
            }
            // A pattern of no size fits for ever.
            if reader.left() == 0 || reader.left() == before {
                return Ok(());
            }
        }
    }

    fn make(&mut self, makes: Makes, made: &mut Made, base: usize) -> Result<(), Raised> {
        match makes {
            Makes::List(value) => {
                let value = self.eval(value, base)?;
                self.charge(VALUE_BYTES)?;
                made.values.push(value);
            }
            Makes::Map(key, value) => {
                let pair = (self.eval(key, base)?, self.eval(value, base)?);
                self.charge(2 * VALUE_BYTES)?;
                made.entries.push(pair);
            }
            Makes::Binary(value) => {
                let Value::Bytes(bytes) = self.eval(value, base)? else { return Err(Raised::bad_argument()) };
                self.charge(bytes.len())?;
                made.bytes.extend_from_slice(&bytes);
            }
        }
        Ok(())
    }
}
