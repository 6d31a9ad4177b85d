//! Expressions that are XPath 1.0, and where others stop being it.

use super::*;

#[test]
fn good_expressions() {
    for expression in [
        "//a/@href",
        "/html/body/div[2]/div[*]/div/a/@href",
        "//div[@id='x-y']/form/input[@name=\"token\"]/@value",
        "/a/b/text()",
        "/",
        "//*",
        "@*",
        ".",
        "..//a/..",
        "string(//a)",
        "count(//a) + 1 - -2 * 3 div 4 mod 5",
        "//a[position() < last() and not(@x) or @y != '1']",
        "(//a)[1]/b",
        "//p[last()]/text()='7'",
        "concat('a', 'b', \"c\")",
        "ancestor-or-self::node()/child::x:y",
        "x:*|y",
        "processing-instruction('p') | comment()",
        "div[div div div]",
        "and/or[mod]",
        "* * *",
        ".5 + 5. + 1.5",
        "normalize-space(translate(//a, 'x', 'y'))",
        "/é[@ü='ß']",
        "a - b",
        "a-b.c_d",
        " //a [ 1 ] ",
        "self::div[contains(concat(' ', @class, ' '), ' x ')]",
        "text",
        "count/text()",
    ] {
        assert_eq!(check(expression), Ok(()), "{expression}");
    }
}

#[test]
fn bad_expressions() {
    for (expression, at, shown) in [
        ("", 0, "Empty"),
        ("  ", 0, "Empty"),
        ("//", 2, "Expected"),
        ("//a[", 4, "Expected"),
        ("//a[1", 5, "Expected"),
        ("//a]", 3, "Expected"),
        ("//a[@href='x]", 10, "Unclosed"),
        ("//a/", 4, "Expected"),
        ("//a b", 4, "Operator"),
        ("//a//@", 6, "Expected"),
        ("//a[1]]", 6, "Expected"),
        ("a/b()", 2, "Expected"),
        ("foo(1)", 0, "UnknownFunction { name: \"foo\", suggestion: None }"),
        ("//a[conatins(@x,'y')]", 4, "suggestion: Some(\"contains\")"),
        ("contains(a)", 0, "Arguments"),
        ("last(1)", 0, "Arguments"),
        ("concat('a')", 0, "Arguments"),
        ("childs::a", 0, "suggestion: Some(\"child\")"),
        ("//a[$x]", 4, "Variable"),
        ("//a[%%_x%%]", 4, "Character { character: '%' }"),
        ("//é[!]", 5, "Character { character: '!' }"),
        ("a | ", 4, "Expected"),
        ("1 +", 3, "Expected"),
        ("(1", 2, "Expected"),
        ("count(//a", 9, "Expected"),
        ("text(1)", 5, "Expected"),
        ("//a == 1", 5, "Expected"),
        ("//a && 1", 4, "Character { character: '&' }"),
        ("$", 0, "Character"),
    ] {
        let found = check(expression);
        let Err((offset, mistake)) = found else {
            panic!("{expression} passes");
        };
        let mistake = format!("{mistake:?}");
        assert!(offset == at && mistake.contains(shown), "{expression}: {offset} {mistake}");
    }
}

#[test]
fn depth_is_bounded() {
    let deep = |levels: usize| format!("{}1{}", "(".repeat(levels), ")".repeat(levels));
    assert_eq!(check(&deep(limits::XPATH_DEPTH_MAX - 1)), Ok(()));
    assert!(matches!(check(&deep(100_000)), Err((_, Mistake::TooDeep))));
    assert_eq!(check(&format!("{}1", "- ".repeat(100_000))), Ok(()));
}

/// Whatever is missing or too much, the place lies in the text, between two characters.
#[test]
fn places_lie_in_the_text() {
    let expression = "//é[@a='ü' and count(b:*) > .5]/text() | (x)[1]";
    for (at, character) in expression.char_indices() {
        let after = at + character.len_utf8();
        let pieces = [&expression[..at], &expression[at..]].map(str::to_owned);
        let without = format!("{}{}", &expression[..at], &expression[after..]);
        let doubled = format!("{}{character}{}", &expression[..at], &expression[at..]);
        for text in pieces.into_iter().chain([without, doubled]) {
            if let Err((offset, mistake)) = check(&text) {
                assert!(text.is_char_boundary(offset), "{text}: {offset} {mistake:?}");
            }
        }
    }
}
