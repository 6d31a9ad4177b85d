//! What the demo shop answers: login, catalogue, products, cart, a slow search, and the failures that real sites have.
//!
//! No sockets here. Tokens carry their own proof, so nothing but customers and carts is remembered.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a search takes.
const SEARCH_TIME: Duration = Duration::from_millis(300);
/// Every so many visits the recommendations fail.
const RECOMMENDATIONS_FAIL_EVERY: u64 = 12;
/// Customers remembered; the demo has about a hundred.
const CUSTOMERS_MAX: usize = 10_000;
/// Products on one page of the catalogue.
const PER_PAGE: usize = 6;
/// First product number.
const FIRST_PRODUCT: usize = 100;

const PRODUCTS: [(&str, u32); 18] = [
    ("Perch, oak", 2490),
    ("Perch, bamboo", 1890),
    ("Swing with bell", 1250),
    ("Mirror, round", 990),
    ("Sunflower seeds, 1 kg", 640),
    ("Millet sprays", 480),
    ("Cuttlefish bone", 310),
    ("Nest box", 3290),
    ("Cage, travelling", 7900),
    ("Cage, palace", 24900),
    ("Bath, shallow", 1590),
    ("Ladder, six rungs", 870),
    ("Puzzle feeder", 2150),
    ("Rope, coloured", 730),
    ("Phrase book", 1490),
    ("Pirate hat, tiny", 1190),
    ("Shoulder pad", 1690),
    ("Nightlight, moon", 1390),
];

/// A request, read whole.
#[derive(Debug)]
pub(crate) struct Request {
    pub method: String,
    pub target: String,
    pub cookie: String,
    pub body: String,
}

/// An answer, not yet framed. `headers` are whole lines.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: u16,
    pub reason: &'static str,
    pub content_type: &'static str,
    pub headers: String,
    pub body: String,
}

/// The shop behind the server.
#[derive(Debug)]
pub(crate) struct Pages {
    secret: RandomState,
    tickets: AtomicU64,
    recommendations: AtomicU64,
    customers: Mutex<HashMap<String, Customer>>,
}

#[derive(Clone, Debug)]
struct Customer {
    name: String,
    cart: Vec<usize>,
}

impl Response {
    fn new(status: u16, content_type: &'static str, body: String) -> Self {
        let reason = match status {
            200 => "OK",
            201 => "Created",
            302 => "Found",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        };
        Self { status, reason, content_type, headers: String::new(), body }
    }

    /// A page of one sentence.
    pub(crate) fn text(status: u16, sentence: &str) -> Self {
        Self::page(status, sentence, "")
    }

    fn page(status: u16, title: &str, content: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title} - The Parrot Shop</title>\
             <link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body>\n<img src=\"/logo.svg\" alt=\"logo\">\n\
             <nav><a href=\"/\">Home</a> <a href=\"/catalogue?page=1\">Catalogue</a> <a href=\"/cart\">Cart</a></nav>\n\
             <h1>{title}</h1>\n{content}\n</body></html>\n"
        );
        Self::new(status, "text/html; charset=utf-8", body)
    }

    fn redirect(to: &str) -> Self {
        let mut response = Self::text(302, "This way, please");
        response.header("Location", to);
        response
    }

    fn header(&mut self, name: &str, value: &str) {
        let _ = write!(self.headers, "{name}: {value}\r\n");
    }
}

impl Pages {
    /// A shop without customers.
    pub(crate) fn new() -> Self {
        Self {
            secret: RandomState::new(),
            tickets: AtomicU64::new(0),
            recommendations: AtomicU64::new(0),
            customers: Mutex::default(),
        }
    }

    /// Answers a request; a search takes its time.
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        match (request.method.as_str(), path) {
            ("GET", "/") => Response::page(200, "Welcome", "<p>Everything for the talkative bird.</p>"),
            ("GET", "/style.css") => {
                Response::new(200, "text/css", "body { font-family: serif }\n".repeat(40))
            }
            ("GET", "/logo.svg") => Response::new(200, "image/svg+xml", LOGO.to_owned()),
            ("GET", "/catalogue") => catalogue(field(query, "page")),
            ("GET", "/search") => {
                std::thread::sleep(SEARCH_TIME);
                catalogue("1")
            }
            ("GET", "/recommendations") => self.recommend(),
            ("GET", "/login") => self.login_form(),
            ("POST", "/login") => self.login(&request.body),
            ("GET", "/account") => self.account(request),
            ("GET", "/cart") => self.cart(request),
            ("POST", "/cart") => self.add(request),
            ("POST", "/checkout") => self.check_out(request),
            ("GET", _) => match path.strip_prefix("/product/") {
                Some(number) => self.product(number),
                None => Response::text(404, "There is no such page"),
            },
            _ => Response::text(405, "That is not how it works here"),
        }
    }

    fn recommend(&self) -> Response {
        let visit = self.recommendations.fetch_add(1, Ordering::Relaxed) + 1;
        if visit.is_multiple_of(RECOMMENDATIONS_FAIL_EVERY) {
            return Response::text(500, "The recommender fell off its perch");
        }
        Response::page(200, "You may also like", "<p>Another cage.</p>")
    }

    fn login_form(&self) -> Response {
        let token = self.token("login");
        Response::page(
            200,
            "Log in",
            &format!(
                "<form method=\"post\" action=\"/login\">\n<input type=\"hidden\" name=\"csrf\" value=\"{token}\">\n\
                 <input type=\"text\" name=\"user\">\n<input type=\"password\" name=\"password\">\n</form>"
            ),
        )
    }

    fn login(&self, form: &str) -> Response {
        let user = field(form, "user");
        if !self.is_token("login", field(form, "csrf")) {
            return Response::text(400, "The form is too old");
        }
        if user.is_empty() || field(form, "password") != password(user) {
            return Response::text(403, "Wrong name or password");
        }
        let session = self.token("session");
        let mut customers = self.lock();
        if customers.len() >= CUSTOMERS_MAX {
            return Response::text(503, "The shop is full");
        }
        customers.insert(session.clone(), Customer { name: user.to_owned(), cart: Vec::new() });
        let mut response = Response::redirect("/account");
        response.header("Set-Cookie", &format!("shop={session}; path=/"));
        response
    }

    fn account(&self, request: &Request) -> Response {
        self.with_customer(request, |customer| {
            Response::page(200, "Your account", &format!("<p>Hello, {}!</p>", customer.name))
        })
    }

    fn product(&self, number: &str) -> Response {
        let Some((name, cents)) = find(number) else { return Response::text(404, "Sold out for ever") };
        let token = self.token(number);
        let content = format!(
            "<p class=\"price\">{}</p>\n<button data-token=\"{token}\">Put into the cart</button>",
            price(cents)
        );
        Response::page(200, name, &content)
    }

    fn cart(&self, request: &Request) -> Response {
        self.with_customer(request, |customer| {
            let cents =
                customer.cart.iter().filter_map(|number| find(&number.to_string())).map(|(_, c)| c).sum();
            let count = customer.cart.len();
            Response::page(200, "Your cart", &format!("<p>{count} things, total {}</p>", price(cents)))
        })
    }

    fn add(&self, request: &Request) -> Response {
        let item = field(&request.body, "item");
        if find(item).is_none() || !self.is_token(item, field(&request.body, "token")) {
            return Response::text(400, "Nothing was put into the cart");
        }
        self.with_customer(request, |customer| {
            customer.cart.extend(item.parse::<usize>());
            Response::redirect("/cart")
        })
    }

    fn check_out(&self, request: &Request) -> Response {
        let order = self.tickets.fetch_add(1, Ordering::Relaxed);
        self.with_customer(request, |customer| {
            if customer.cart.is_empty() {
                return Response::text(400, "The cart is empty");
            }
            customer.cart.clear();
            Response::page(201, "Thank you", &format!("<p>Order {order} confirmed</p>"))
        })
    }

    fn with_customer(&self, request: &Request, serve: impl FnOnce(&mut Customer) -> Response) -> Response {
        let session = request.cookie.split(';').find_map(|pair| pair.trim().strip_prefix("shop="));
        match self.lock().get_mut(session.unwrap_or_default()) {
            Some(customer) => serve(customer),
            None => Response::redirect("/login"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Customer>> {
        self.customers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A text that only this shop can have made for this purpose.
    fn token(&self, purpose: &str) -> String {
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        format!("{ticket}-{:016x}", self.secret.hash_one((purpose, ticket)))
    }

    fn is_token(&self, purpose: &str, token: &str) -> bool {
        let proof =
            token.split_once('-').and_then(|(ticket, proof)| Some((ticket.parse::<u64>().ok()?, proof)));
        proof.is_some_and(|(ticket, proof)| {
            proof == format!("{:016x}", self.secret.hash_one((purpose, ticket)))
        })
    }
}

/// The password of every customer of the demo.
pub(crate) fn password(user: &str) -> String {
    user.chars().rev().collect()
}

fn catalogue(page: &str) -> Response {
    let page: usize = page.parse().unwrap_or(1);
    let first = page.saturating_sub(1).saturating_mul(PER_PAGE);
    let mut list = "<ul>\n".to_owned();
    for (index, (name, cents)) in PRODUCTS.iter().enumerate().skip(first).take(PER_PAGE) {
        let number = FIRST_PRODUCT + index;
        let _ = writeln!(list, "<li><a href=\"/product/{number}\">{name}</a> {}</li>", price(*cents));
    }
    list += "</ul>";
    Response::page(200, "Catalogue", &list)
}

fn find(number: &str) -> Option<(&'static str, u32)> {
    let index = number.parse::<usize>().ok()?.checked_sub(FIRST_PRODUCT)?;
    PRODUCTS.get(index).copied()
}

fn price(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The value of a field of a query or form; nothing here needs percent-decoding.
fn field<'a>(form: &'a str, name: &str) -> &'a str {
    form.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map_or("", |(_, v)| v)
}

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><circle cx=\"16\" cy=\"13\" r=\"9\" \
fill=\"#2a9d4a\"/><path d=\"M22 12q7 1 3 8q0-4-4-5z\" fill=\"#e9a820\"/><circle cx=\"18\" cy=\"11\" r=\"2\" fill=\"#fff\"/>\
<circle cx=\"18\" cy=\"11\" r=\"1\"/><path d=\"M9 19l-4 11 8-8z\" fill=\"#c8372d\"/></svg>\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn get(pages: &Pages, target: &str, cookie: &str) -> Response {
        ask(pages, "GET", target, cookie, "")
    }

    fn ask(pages: &Pages, method: &str, target: &str, cookie: &str, body: &str) -> Response {
        pages.answer(&Request {
            method: method.to_owned(),
            target: target.to_owned(),
            cookie: cookie.to_owned(),
            body: body.to_owned(),
        })
    }

    fn between<'a>(text: &'a str, before: &str, after: char) -> &'a str {
        text.split(before).nth(1).and_then(|rest| rest.split(after).next()).expect("the text around it")
    }

    fn log_in(pages: &Pages) -> String {
        let form = get(pages, "/login", "").body;
        let csrf = between(&form, "name=\"csrf\" value=\"", '"');
        let answer = ask(pages, "POST", "/login", "", &format!("user=ann&password=nna&csrf={csrf}"));
        assert_eq!(answer.status, 302);
        between(&answer.headers, "Set-Cookie: ", ';').to_owned()
    }

    #[test]
    fn a_customer_can_buy() {
        let pages = Pages::new();
        let cookie = log_in(&pages);
        assert!(get(&pages, "/account", &cookie).body.contains("Hello, ann!"));
        let list = get(&pages, "/catalogue?page=2", "").body;
        let item = between(&list, "/product/", '"');
        let product = get(&pages, &format!("/product/{item}"), "").body;
        let token = between(&product, "data-token=\"", '"');
        assert_eq!(ask(&pages, "POST", "/cart", &cookie, &format!("item={item}&token={token}")).status, 302);
        assert!(get(&pages, "/cart", &cookie).body.contains("1 things"));
        assert_eq!(ask(&pages, "POST", "/checkout", &cookie, "").status, 201);
        assert_eq!(ask(&pages, "POST", "/checkout", &cookie, "").status, 400, "the cart is empty now");
    }

    #[test]
    fn forged_forms_are_refused() {
        let pages = Pages::new();
        assert_eq!(ask(&pages, "POST", "/login", "", "user=ann&password=nna&csrf=0-0").status, 400);
        let csrf = pages.token("login");
        assert_eq!(
            ask(&pages, "POST", "/login", "", &format!("user=ann&password=x&csrf={csrf}")).status,
            403
        );
        let cookie = log_in(&pages);
        assert_eq!(ask(&pages, "POST", "/cart", &cookie, "item=100&token=").status, 400);
        assert_eq!(get(&pages, "/cart", "shop=guess").status, 302);
    }

    #[test]
    fn failures_are_part_of_the_show() {
        let pages = Pages::new();
        let failed = (0..24).filter(|_| get(&pages, "/recommendations", "").status == 500).count();
        assert_eq!(failed, 2);
        assert_eq!(get(&pages, "/banner-old.png", "").status, 404);
        assert_eq!(get(&pages, "/product/7", "").status, 404);
    }
}
