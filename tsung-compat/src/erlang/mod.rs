//! Erlang in configurations: the `code` of `<setdynvars sourcetype="eval">`.
//!
//! The text is cut into tokens and held against the one shape that Tsung takes, `fun(…) -> … end.`: what is opened is closed, and
//! nothing follows. What the fun says is not looked at.

mod token;

use token::{Scanner, Token};

/// What is wrong with a fun.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mistake {
    /// The text does not start with `fun(`.
    NoFun,
    /// It takes another number of arguments than one.
    Arguments { count: usize },
    /// A string, quoted atom, bracket or block without its end.
    Unclosed { opened: &'static str },
    /// As before, and a comment swallowed the rest: line ends in attributes are blanks.
    CommentToTheEnd,
    /// A bracket or `end` that nothing opened, or that closes something else.
    Unopened { closed: &'static str, open: Option<&'static str> },
    /// No dot at the end.
    NoDot,
    /// Something behind the end.
    TextAfter,
}

/// Holds a text against the shape. The error is at a byte of it.
pub(crate) fn check_fun(code: &str) -> Result<(), (usize, Mistake)> {
    let tokens = Scanner::new(code).tokens()?;
    let end = code.trim_end().len();
    let mut shown = tokens.iter().filter(|(_, token)| !matches!(token, Token::Comment { .. }));
    match (shown.next(), shown.next()) {
        (Some((_, Token::Open("fun"))), Some((_, Token::Open("(")))) => {}
        (first, _) => return Err((first.map_or(end, |(at, _)| *at), Mistake::NoFun)),
    }
    let mut body = Body { open: Vec::new(), commas: None, arguments: None, done: false, ended: false };
    for (at, token) in &tokens {
        body.token(*at, token)?;
    }
    if body.ended {
        return Ok(());
    }
    let comment = tokens.iter().rev().find_map(|(at, token)| match token {
        Token::Comment { to_the_end: true } => Some(*at),
        _ => None,
    });
    Err(match (comment, body.open.last()) {
        (Some(at), _) => (at, Mistake::CommentToTheEnd),
        (None, Some((at, opened))) => (*at, Mistake::Unclosed { opened }),
        (None, None) => (end, Mistake::NoDot),
    })
}

/// The fun while its tokens pass.
struct Body {
    /// What is open, and where it was opened.
    open: Vec<(usize, &'static str)>,
    /// Commas between the arguments, once there is one.
    commas: Option<usize>,
    /// The first argument list is over.
    arguments: Option<usize>,
    /// The fun is over.
    done: bool,
    /// So is the text.
    ended: bool,
}

impl Body {
    fn token(&mut self, at: usize, token: &Token) -> Result<(), (usize, Mistake)> {
        match token {
            Token::Comment { .. } => {}
            _ if self.ended => return Err((at, Mistake::TextAfter)),
            Token::Dot if self.done => self.ended = true,
            Token::Dot => {
                let (opened_at, opened) = self.open.last().copied().unwrap_or((at, "fun"));
                return Err((opened_at, Mistake::Unclosed { opened }));
            }
            _ if self.done => return Err((at, Mistake::TextAfter)),
            Token::Open(opened) => {
                self.argument();
                self.open.push((at, opened));
            }
            Token::Close(closed) => self.close(at, closed)?,
            Token::Comma if self.arguments.is_none() && self.open.len() == 2 => {
                *self.commas.get_or_insert(0) += 1;
            }
            Token::Comma | Token::Other => self.argument(),
        }
        Ok(())
    }

    /// Something stands in the argument list.
    fn argument(&mut self) {
        if self.arguments.is_none() && self.open.len() == 2 {
            self.commas.get_or_insert(0);
        }
    }

    fn close(&mut self, at: usize, closed: &'static str) -> Result<(), (usize, Mistake)> {
        let open = self.open.last().map(|(_, opened)| *opened);
        if open.map(closing) != Some(closed) {
            return Err((at, Mistake::Unopened { closed, open }));
        }
        self.open.pop();
        if self.open.len() == 1 && self.arguments.is_none() {
            let count = self.commas.map_or(0, |commas| commas + 1);
            self.arguments = Some(count);
            if count != 1 {
                return Err((at, Mistake::Arguments { count }));
            }
        }
        self.done = self.open.is_empty();
        Ok(())
    }
}

/// What closes an opening bracket or word.
fn closing(opened: &str) -> &'static str {
    match opened {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        "<<" => ">>",
        _ => "end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_funs() {
        for code in [
            "fun({Pid,DynVars})-> 3 end.",
            "  fun( {Pid, DynVars} ) -> io:format([126, $p, 126, $n], [DynVars]), ok end. ",
            "fun({Pid,DynVars})-> {ok,Val}=ts_dynvars:lookup(t,DynVars), re:replace(Val,\"[+]\",\"%2B\",[global]) end.",
            "fun(_) -> if X == 1 -> \"a)\"; true -> 'b\"(' end end.",
            "fun(X) -> case X of {a, _} -> <<1:8, \"x\">>; _ -> begin 1.5 end end end.",
            "fun(X) -> lists:map(fun(Y) -> Y end, X), lists:map(fun erlang:abs/1, X), F = fun foo/1 end.",
            "fun(X) -> $( , $\\\" , $' , 16#ff , X#state.name end. % the end",
            "fun(X) -> % a comment (\n X end.\n",
            "fun([]) -> a; ([H|T]) when H >= 1, T =< 2 -> b end.",
            "fun(X) -> try X catch _:_ -> [A || A <- X, B <= <<1>>] end end.",
            "fun(X) -> \"a\\\"b\" ++ \"%\" end.",
            "fun(#{a := B}) -> #{c => <<B/binary>>} end.",
            "fun\n(é) -> \"é\" end.",
        ] {
            assert_eq!(check_fun(code), Ok(()), "{code}");
        }
    }

    #[test]
    fn bad_funs() {
        let unclosed = |opened| Mistake::Unclosed { opened };
        for (code, at, mistake) in [
            ("", 0, Mistake::NoFun),
            ("  ok.", 2, Mistake::NoFun),
            ("fun foo/1.", 0, Mistake::NoFun),
            ("fun() -> ok end.", 4, Mistake::Arguments { count: 0 }),
            ("fun(A, {B, C}) -> ok end.", 13, Mistake::Arguments { count: 2 }),
            ("fun(A) -> ok end", 16, Mistake::NoDot),
            ("fun(A) -> ok.", 0, unclosed("fun")),
            ("fun(A) -> ok", 0, unclosed("fun")),
            ("fun(A) -> case A of 1 -> 2 end.", 0, unclosed("fun")),
            ("fun(A) -> (1 + 2 end.", 17, Mistake::Unopened { closed: "end", open: Some("(") }),
            ("fun(A) -> {1, [2} end.", 16, Mistake::Unopened { closed: "}", open: Some("[") }),
            ("fun(A) -> 1) end.", 11, Mistake::Unopened { closed: ")", open: Some("fun") }),
            ("fun(A) -> \"abc end.", 10, unclosed("\"")),
            ("fun(A) -> 'abc end.", 10, unclosed("'")),
            ("fun(A) -> <<1 end.", 14, Mistake::Unopened { closed: "end", open: Some("<<") }),
            ("fun(A) -> ok end. ok.", 18, Mistake::TextAfter),
            ("fun(A) -> ok end, ok.", 16, Mistake::TextAfter),
            ("fun(A) -> % say ok  ok end.", 10, Mistake::CommentToTheEnd),
        ] {
            assert_eq!(check_fun(code), Err((at, mistake)), "{code}");
        }
    }

    /// Whatever is missing or too much, the place lies in the text, between two characters.
    #[test]
    fn places_lie_in_the_text() {
        let code =
            "fun({é, D}) -> % ü\n case <<D/binary, \"x\\\"\">> of #{a := 'b'} -> $é; _ -> [1.5] end end. ";
        assert_eq!(check_fun(code), Ok(()));
        for (at, character) in code.char_indices() {
            let after = at + character.len_utf8();
            let pieces = [&code[..at], &code[at..]].map(str::to_owned);
            let without = format!("{}{}", &code[..at], &code[after..]);
            let doubled = format!("{}{character}{}", &code[..at], &code[at..]);
            for text in pieces.into_iter().chain([without, doubled]) {
                if let Err((offset, mistake)) = check_fun(&text) {
                    assert!(text.is_char_boundary(offset), "{text}: {offset} {mistake:?}");
                }
            }
        }
    }
}
