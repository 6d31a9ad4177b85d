//! XPath 1.0: whether an expression is one, and where it stops being one.
//!
//! The parser is the grammar of the recommendation, one function a rule, lowest precedence first. It accepts more than Tsung, whose
//! users crash at run time over axes and functions that its evaluator does not have.

mod functions;
mod token;

use crate::diagnostic::closest;
use crate::limits;
use token::{Token, tokens};

/// What is wrong with an expression.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mistake {
    Empty,
    /// A character that has no meaning here.
    Character {
        character: char,
    },
    /// A literal without its second quote.
    Unclosed {
        opened: char,
    },
    /// A word where only an operator may stand.
    Operator {
        found: String,
    },
    /// Something else was expected.
    Expected {
        expected: &'static str,
        found: Option<String>,
    },
    UnknownAxis {
        name: String,
        suggestion: Option<String>,
    },
    UnknownFunction {
        name: String,
        suggestion: Option<String>,
    },
    Arguments {
        name: String,
        count: usize,
        fewest: usize,
        most: usize,
    },
    Variable {
        name: String,
    },
    TooDeep,
}

type Check = Result<(), (usize, Mistake)>;

/// Checks an expression. The error is at a byte of it.
pub(crate) fn check(expression: &str) -> Check {
    let tokens = tokens(expression)?;
    if tokens.is_empty() {
        return Err((0, Mistake::Empty));
    }
    let mut parser = Parser { text: expression, tokens, at: 0, depth: 0 };
    parser.expression()?;
    if parser.peek().is_some() { Err(parser.expected("an operator or the end")) } else { Ok(()) }
}

const AXES: [&str; 13] = [
    "ancestor",
    "ancestor-or-self",
    "attribute",
    "child",
    "descendant",
    "descendant-or-self",
    "following",
    "following-sibling",
    "namespace",
    "parent",
    "preceding",
    "preceding-sibling",
    "self",
];
const NODE_TYPES: [&str; 4] = ["comment", "text", "processing-instruction", "node"];
/// Operators between two operands, lowest precedence first.
const LEVELS: [&[&str]; 7] =
    [&["or"], &["and"], &["=", "!="], &["<", "<=", ">", ">="], &["+", "-"], &["*", "div", "mod"], &["|"]];
/// A minus sign binds closer than these and looser than `|`.
const UNARY_LEVEL: usize = 6;

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(usize, Token<'a>)>,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn peek_second(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at + 1).map(|(_, token)| token)
    }

    /// The byte where the next token starts.
    fn offset(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |(offset, _)| *offset)
    }

    fn expected(&self, expected: &'static str) -> (usize, Mistake) {
        let start = self.offset();
        let end = self.tokens.get(self.at + 1).map_or(self.text.len(), |(offset, _)| *offset);
        let found = self.text.get(start..end).map(|found| found.trim_end().to_owned());
        (start, Mistake::Expected { expected, found: found.filter(|found| !found.is_empty()) })
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| matches!(token, Token::Sign(found) if *found == sign))
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn demand(&mut self, sign: &str, expected: &'static str) -> Check {
        if self.take(sign) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// `Expr`.
    fn expression(&mut self) -> Check {
        self.depth += 1;
        if self.depth > limits::XPATH_DEPTH_MAX {
            return Err((self.offset(), Mistake::TooDeep));
        }
        self.level(0)?;
        self.depth -= 1;
        Ok(())
    }

    /// `OrExpr` to `UnionExpr`.
    fn level(&mut self, level: usize) -> Check {
        if level == UNARY_LEVEL {
            while self.take("-") {}
        }
        let Some(operators) = LEVELS.get(level) else {
            return self.path();
        };
        loop {
            self.level(level + 1)?;
            let more = match self.peek() {
                Some(Token::Sign(found) | Token::Operator(found)) => operators.contains(found),
                _ => false,
            };
            if !more {
                return Ok(());
            }
            self.at += 1;
        }
    }

    /// `PathExpr`.
    fn path(&mut self) -> Check {
        if self.take("//") {
            return self.relative();
        }
        if self.take("/") {
            return if self.starts_step() { self.relative() } else { Ok(()) };
        }
        if !self.starts_primary() {
            return self.relative();
        }
        self.primary()?;
        self.predicates()?;
        if self.take("//") || self.take("/") { self.relative() } else { Ok(()) }
    }

    fn starts_primary(&self) -> bool {
        match self.peek() {
            Some(Token::Literal | Token::Number | Token::Variable(_)) => true,
            Some(Token::Sign(sign)) => *sign == "(",
            Some(Token::Name(name)) => {
                !NODE_TYPES.contains(name) && matches!(self.peek_second(), Some(Token::Sign("(")))
            }
            _ => false,
        }
    }

    fn starts_step(&self) -> bool {
        match self.peek() {
            Some(Token::Sign(sign)) => matches!(*sign, "." | ".." | "@"),
            Some(Token::Name(_)) => true,
            _ => false,
        }
    }

    /// `PrimaryExpr`.
    fn primary(&mut self) -> Check {
        let offset = self.offset();
        match self.peek() {
            Some(Token::Variable(name)) => Err((offset, Mistake::Variable { name: (*name).to_owned() })),
            Some(Token::Name(name)) => {
                let name = *name;
                self.at += 2;
                self.call(offset, name)
            }
            Some(Token::Sign(_)) => {
                self.at += 1;
                self.expression()?;
                self.demand(")", "`)`")
            }
            _ => {
                self.at += 1;
                Ok(())
            }
        }
    }

    /// The arguments of a function, after its opening bracket.
    fn call(&mut self, offset: usize, name: &str) -> Check {
        let Some((fewest, most)) = functions::arguments(name) else {
            let suggestion = closest(name, functions::names());
            return Err((offset, Mistake::UnknownFunction { name: name.to_owned(), suggestion }));
        };
        let mut count = 0;
        if !self.take(")") {
            loop {
                self.expression()?;
                count += 1;
                if !self.take(",") {
                    break;
                }
            }
            self.demand(")", "`,` or `)`")?;
        }
        if count < fewest || count > most {
            return Err((offset, Mistake::Arguments { name: name.to_owned(), count, fewest, most }));
        }
        Ok(())
    }

    /// `RelativeLocationPath`.
    fn relative(&mut self) -> Check {
        loop {
            self.step()?;
            if !self.take("//") && !self.take("/") {
                return Ok(());
            }
        }
    }

    /// `Step`.
    fn step(&mut self) -> Check {
        if self.take(".") || self.take("..") {
            return Ok(());
        }
        if !self.take("@") {
            self.axis()?;
        }
        self.node_test()?;
        self.predicates()
    }

    fn axis(&mut self) -> Check {
        let Some(Token::Name(name)) = self.peek() else {
            return Ok(());
        };
        if !matches!(self.peek_second(), Some(Token::Sign("::"))) {
            return Ok(());
        }
        if !AXES.contains(name) {
            let (name, suggestion) = ((*name).to_owned(), closest(name, AXES));
            return Err((self.offset(), Mistake::UnknownAxis { name, suggestion }));
        }
        self.at += 2;
        Ok(())
    }

    /// `NodeTest`.
    fn node_test(&mut self) -> Check {
        let Some(Token::Name(name)) = self.peek() else {
            return Err(self.expected("a name, `*`, `@` or a node type such as text()"));
        };
        let name = *name;
        if !matches!(self.peek_second(), Some(Token::Sign("("))) {
            self.at += 1;
            return Ok(());
        }
        if !NODE_TYPES.contains(&name) {
            return Err(
                self.expected("a name, or one of text(), node(), comment(), processing-instruction()")
            );
        }
        self.at += 2;
        if name == "processing-instruction" && matches!(self.peek(), Some(Token::Literal)) {
            self.at += 1;
        }
        self.demand(")", "`)`")
    }

    fn predicates(&mut self) -> Check {
        while self.take("[") {
            self.expression()?;
            self.demand("]", "`]`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
