//! Maps: few keys, in their order. A change copies the map.

use std::cmp::Ordering;

use super::measure::Measure;
use super::value::Value;

/// Values by keys; keys that are `=:=` are one.
#[derive(Clone, Debug)]
pub struct Map {
    /// By [`Value::exact_order`] of the keys.
    entries: Vec<(Value, Value)>,
    measure: Measure,
}

impl Default for Map {
    fn default() -> Self {
        Self { entries: Vec::new(), measure: Measure::ONE }
    }
}

impl Map {
    /// The map of these; of those with the same key, the last counts.
    pub fn new(mut entries: Vec<(Value, Value)>) -> Self {
        entries.sort_by(|(a, _), (b, _)| a.exact_order(b));
        // The later one is met first when two neighbours are looked at.
        entries.reverse();
        entries.dedup_by(|(a, _), (b, _)| a.exact_order(b) == Ordering::Equal);
        entries.reverse();
        Self::sorted(entries)
    }

    fn sorted(entries: Vec<(Value, Value)>) -> Self {
        let parts = entries.iter().flat_map(|(key, value)| [key.measure(), value.measure()]);
        let measure = Measure::around(parts);
        Self { entries, measure }
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        self.find(key).ok().map(|index| &self.entries[index].1)
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// This map with that value for that key.
    #[must_use]
    pub fn with(&self, key: Value, value: Value) -> Self {
        let mut entries = self.entries.clone();
        match self.find(&key) {
            Ok(index) => entries[index].1 = value,
            Err(index) => entries.insert(index, (key, value)),
        }
        Self::sorted(entries)
    }

    /// This map without that key.
    #[must_use]
    pub fn without(&self, key: &Value) -> Self {
        let mut entries = self.entries.clone();
        if let Ok(index) = self.find(key) {
            entries.remove(index);
        }
        Self::sorted(entries)
    }

    fn find(&self, key: &Value) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.exact_order(key))
    }

    pub(super) fn measure(&self) -> Measure {
        self.measure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_keys_counts_and_one_is_not_one_point_zero() {
        let number = |n| (Value::Int(n), Value::Int(n * 10));
        let map = Map::new(vec![
            number(2),
            (Value::Int(2), Value::Int(0)),
            number(1),
            (Value::Float(1.0), Value::Int(5)),
        ]);
        let keys: Vec<_> = map.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys, [Value::Int(1), Value::Float(1.0), Value::Int(2)]);
        assert_eq!(map.get(&Value::Int(2)), Some(&Value::Int(0)));
        assert_eq!(map.with(Value::Int(2), Value::Int(7)).get(&Value::Int(2)), Some(&Value::Int(7)));
        assert_eq!(map.without(&Value::Int(1)).get(&Value::Int(1)), None);
        assert_eq!(map.get(&Value::Int(3)), None);
    }
}
