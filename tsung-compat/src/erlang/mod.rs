//! Erlang in configurations: the `code` of `<setdynvars sourcetype="eval">`.
//!
//! The text is cut into tokens: what is opened is closed, and a dot ends it. Tsung takes every expression whose value is a fun of
//! one argument, and nearly all are written `fun(…) -> … end.`: of those the arguments are counted. What the code says is not
//! looked at.

mod token;

use token::{Scanner, Token};

/// What is wrong with a fun.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mistake {
    /// There is no code.
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
    /// Something behind the dot.
    TextAfter,
}

/// The name that an atom stands for, if a text is one: `name`, or anything in single quotes.
pub(crate) fn atom(text: &str) -> Option<&str> {
    let quoted = text.starts_with('\'');
    if !quoted && !text.starts_with(char::is_lowercase) || text.ends_with(char::is_whitespace) {
        return None;
    }
    match Scanner::new(text).tokens().ok()?.as_slice() {
        [(0, Token::Other)] if quoted => text.get(1..text.len() - 1),
        [(0, Token::Other)] if text != "fun" => Some(text),
        _ => None,
    }
}

/// Holds a text against the shape. The error is at a byte of it.
pub(crate) fn check_fun(code: &str) -> Result<(), (usize, Mistake)> {
    let tokens = Scanner::new(code).tokens()?;
    let end = code.trim_end().len();
    let mut shown = tokens.iter().filter(|(_, token)| !matches!(token, Token::Comment { .. }));
    let is_fun = match shown.next() {
        None | Some((_, Token::Dot)) => return Err((0, Mistake::NoFun)),
        Some((_, first)) => *first == Token::Open("fun"),
    };
    // Of another expression there is nothing to count.
    let arguments = if is_fun { None } else { Some(1) };
    let mut body = Body { open: Vec::new(), commas: None, arguments, ended: false };
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
    /// The text is over.
    ended: bool,
}

impl Body {
    fn token(&mut self, at: usize, token: &Token) -> Result<(), (usize, Mistake)> {
        match token {
            Token::Comment { .. } => {}
            _ if self.ended => return Err((at, Mistake::TextAfter)),
            Token::Dot => match self.open.last() {
                None => self.ended = true,
                Some((opened_at, opened)) => return Err((*opened_at, Mistake::Unclosed { opened })),
            },
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
            "fun F({P, D}) -> F({P, D}) end.",
            "fun ts_user_server:get_unique_id/1.",
            "fun foo/1.",
            "(fun({P, D}) -> 1 end).",
            "begin fun({P, D}) -> 1 end end.",
            "F = fun({P, D}) -> 1 end.",
            "F = fun(A, B) -> 1 end, fun(X) -> F(X, 1) end.",
            "fun(A) -> ok end, fun(B) -> ok end.",
            "element(1, {fun(X) -> X end}).",
        ] {
            assert_eq!(check_fun(code), Ok(()), "{code}");
        }
    }

    #[test]
    fn atoms() {
        for (text, name) in
            [("ts_digest", "ts_digest"), ("a@b_1", "a@b_1"), ("'Mod'", "Mod"), ("'a:b'", "a:b")]
        {
            assert_eq!(atom(text), Some(name), "{text}");
        }
        for text in ["", "Mod", "1a", "_a", "a b", "a.b", "a ", " a", "'a", "'a'b", "end", "fun", "case", "'"]
        {
            assert_eq!(atom(text), None, "{text}");
        }
    }

    #[test]
    fn bad_funs() {
        let unclosed = |opened| Mistake::Unclosed { opened };
        for (code, at, mistake) in [
            ("", 0, Mistake::NoFun),
            (" % nothing", 0, Mistake::NoFun),
            (".", 0, Mistake::NoFun),
            ("(fun(X) -> 1 end.", 0, unclosed("(")),
            ("(fun(X) -> 1 end", 0, unclosed("(")),
            ("begin fun(X) -> 1 end.", 0, unclosed("begin")),
            ("fun F(A, B) -> ok end.", 10, Mistake::Arguments { count: 2 }),
            ("fun foo/1", 9, Mistake::NoDot),
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
            ("fun(A) -> ok end end.", 17, Mistake::Unopened { closed: "end", open: None }),
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
