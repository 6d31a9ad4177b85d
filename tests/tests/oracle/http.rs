//! What is sent: request lines, headers, bodies, cookies.

use tests::oracle::{Case, Mends};
use tests::server::{Script, Step, close, ok, pause, response};

#[test]
fn methods_headers_and_bodies() {
    let pair = Case::new("http-methods")
        .server(Script::new())
        .file("body.bin", b"\x00\x01\xff\r\n%%_raw%%\xe9")
        .run();
    pair.assert_same(&Mends::none());
}

#[test]
fn cookies() {
    let pair = Case::new("http-cookies").server(cookie_script()).run();
    // Attributes in any case, and no blank needed after the colon, as RFC 6265 says.
    let mends = Mends::none()
        .text("request forms 1.2", "noeq=; h=8;  g=7; e=5", "noeq=;  g=7; f=6; e=5")
        .text("request attributes 1.2", "max-age=7; ", "y=1; ")
        .counter("size_sent", 3930, 3924);
    pair.assert_same(&mends);
}

fn set(cookies: &[&str]) -> Vec<Step> {
    let headers: Vec<String> = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}")).collect();
    raw(&headers.iter().map(String::as_str).collect::<Vec<_>>())
}

fn raw(headers: &[&str]) -> Vec<Step> {
    response("200 OK", headers, "ok")
}

fn cookie_script() -> Script {
    let mut closing = set(&["k2=2"]);
    closing.extend([pause(50), close()]);
    Script::new()
        .path(
            "/several/set",
            set(&[
                "a=1; path=/; expires=Fri, 31-Dec-2010 23:59:59 GMT",
                "b=2; Path=/several/sub; Domain=127.0.0.1; Secure; HttpOnly",
                "c=3; Max-Age=0",
                "d=\"q v\"; SameSite=Lax; path=/",
            ]),
        )
        .path("/several/again", set(&["a=11", "n=1"]))
        .path("/several/delete", set(&["a=; expires=Thu, 01-Jan-1970 00:00:00 GMT", "d=deleted; Max-Age=0"]))
        .path(
            "/forms/set",
            raw(&[
                "set-cookie: e=5",
                "SET-COOKIE:f=6",
                "Set-Cookie:  g=7",
                "Set-cookie: h=8; DOMAIN=other.org; PATH=/zz",
                "Set-Cookie: noeq",
                "Set-Cookie: i=9=10==; path=/;",
            ]),
        )
        .path("/order/set", set(&["o1=1", "o2=2", "o3=3"]))
        .path("/order/more", set(&["o4=4", "o2=22", "o5=5"]))
        .path("/order/third", set(&["o1=111; path=/deep", "o6=6"]))
        .path(
            "/domains/set",
            set(&[
                "x1=1; domain=.0.0.1",
                "x2=2; domain=0.0.1",
                "x3=3; domain=evil.org",
                "x4=4; domain=.127.0.0.1",
                "x5=5; domain=27.0.0.1",
                "x6=6; domain=7.0",
                "x1=7; domain=127.0.0.1",
            ]),
        )
        .path(
            "/attributes/set",
            set(&[
                "version=1; k=v; comment=hi; port=80; path=/",
                "first=1; second=2; path=/",
                "Path=/nope; p=1",
                "sp = v1 ; path=/ ",
                "max-age=7; y=1",
            ]),
        )
        .path(
            "/paths/set",
            set(&[
                "none=1",
                "slash=1; path=/paths/sub/",
                "empty=1; path=",
                "bare=1; path=paths",
                "sub=1; path=/paths/sub",
            ]),
        )
        .path("/added/set", set(&["o1=1", "o2=2"]))
        .path("/kept/set", set(&["k1=1"]))
        .path("/kept/closing", closing)
        .path("/fresh/none", ok("ok"))
        .path("/twins/set", set(&["k=1", "k=2; domain=.0.0.1", "j=1", "k=3; domain=7.0"]))
        .path("/twins/second", set(&["k=4", "l=1", "k=5; domain=.0.0.1", "m=1"]))
        .path("/twins/third", set(&["k=6; domain=.0.0.1", "j=2; domain=7.0", "k=7", "j=3"]))
        .path("/twins/fourth", set(&["k=8; domain=7.0", "m=2", "n=1; path=/elsewhere", "j=4; domain=7.0"]))
}
