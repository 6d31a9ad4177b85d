//! The demo's scenario, as the files that a user of Tsung would write: a configuration and a table of accounts.

use std::fmt::Write as _;

use super::pages::password;
use crate::xml_text::escape;

/// Base name of the configuration, and of its copy in the run folder.
pub(crate) const CONFIG_FILE: &str = "shop.xml";
/// Base name of the table of accounts.
pub(crate) const ACCOUNTS_FILE: &str = "accounts.csv";
/// Accounts in the table.
const ACCOUNTS: u32 = 40;
/// Every so many accounts one has a wrong password: some people mistype.
const MISTYPED_EVERY: u32 = 13;

/// The configuration for a shop on this port; `accounts` is the path of the table.
pub(crate) fn config(port: u16, accounts: &str) -> String {
    CONFIG.replace("{port}", &port.to_string()).replace("{accounts}", &escape(accounts))
}

/// The table of accounts: name and password.
pub(crate) fn accounts() -> String {
    let mut table = String::new();
    for number in 1..=ACCOUNTS {
        let user = format!("customer{number:02}");
        let password = if number % MISTYPED_EVERY == 0 { "sesame".to_owned() } else { password(&user) };
        let _ = writeln!(table, "{user};{password}");
    }
    table
}

const CONFIG: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd" []>
<tsung loglevel="notice" dumptraffic="protocol" version="1.0">

  <clients>
    <client host="localhost" use_controller_vm="true" maxusers="1000"/>
  </clients>

  <servers>
    <server host="127.0.0.1" port="{port}" type="tcp"/>
  </servers>

  <!-- The shop opens, everybody comes at once, and it calms down again. -->
  <load>
    <arrivalphase phase="1" duration="10" unit="second">
      <users arrivalrate="2" unit="second"/>
    </arrivalphase>
    <arrivalphase phase="2" duration="12" unit="second">
      <users arrivalrate="5" unit="second"/>
    </arrivalphase>
    <arrivalphase phase="3" duration="8" unit="second">
      <users interarrival="0.5" unit="second"/>
    </arrivalphase>
  </load>

  <options>
    <option type="ts_http" name="user_agent">
      <user_agent probability="75">Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0</user_agent>
      <user_agent probability="25">Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15</user_agent>
    </option>
    <option name="file_server" id="accounts" value="{accounts}"/>
  </options>

  <sessions>
    <!-- Looks around and leaves. -->
    <session name="visitor" probability="60" type="ts_http">
      <transaction name="home">
        <request><http url="/" method="GET" version="1.1"/></request>
        <request><http url="/style.css" method="GET" version="1.1"/></request>
        <request><http url="/logo.svg" method="GET" version="1.1"/></request>
        <request><http url="/banner-old.png" method="GET" version="1.1"/></request>
      </transaction>

      <thinktime min="1" max="2" random="true"/>

      <for from="1" to="2" var="page">
        <transaction name="browse">
          <request subst="true">
            <dyn_variable name="product" re="/product/([0-9]+)"/>
            <http url="/catalogue?page=%%_page%%" method="GET" version="1.1"/>
          </request>
          <request subst="true">
            <match do="continue" when="match" name="price">class="price"</match>
            <http url="/product/%%_product%%" method="GET" version="1.1"/>
          </request>
        </transaction>
        <thinktime min="1" max="2" random="true"/>
      </for>

      <transaction name="search">
        <request><http url="/search?q=cage" method="GET" version="1.1"/></request>
      </transaction>
      <request><http url="/recommendations" method="GET" version="1.1"/></request>
    </session>

    <!-- Logs in, fills the cart and pays. -->
    <session name="buyer" probability="40" type="ts_http">
      <setdynvars sourcetype="file" fileid="accounts" order="iter" delimiter=";">
        <var name="user"/>
        <var name="password"/>
      </setdynvars>
      <setdynvars sourcetype="random_number" start="1" end="3">
        <var name="page"/>
      </setdynvars>

      <transaction name="login">
        <request>
          <dyn_variable name="csrf"/>
          <http url="/login" method="GET" version="1.1"/>
        </request>
        <request subst="true">
          <match do="abort" when="match" name="login_refused">HTTP/1.1 403</match>
          <http url="/login" method="POST" version="1.1" content_type="application/x-www-form-urlencoded"
                contents="user=%%_user%%&amp;password=%%_password%%&amp;csrf=%%_csrf%%"/>
        </request>
        <request subst="true">
          <match do="log" when="nomatch" name="not_greeted" subst="true">Hello, %%_user%%!</match>
          <http url="/account" method="GET" version="1.1"/>
        </request>
      </transaction>

      <thinktime value="1"/>

      <transaction name="fill_cart">
        <request subst="true">
          <dyn_variable name="product" re="/product/([0-9]+)"/>
          <http url="/catalogue?page=%%_page%%" method="GET" version="1.1"/>
        </request>
        <request subst="true">
          <dyn_variable name="token" re="data-token=.([0-9]+-[0-9a-f]+)"/>
          <http url="/product/%%_product%%" method="GET" version="1.1"/>
        </request>
        <thinktime min="1" max="2" random="true"/>
        <request subst="true">
          <http url="/cart" method="POST" version="1.1" content_type="application/x-www-form-urlencoded"
                contents="item=%%_product%%&amp;token=%%_token%%"/>
        </request>
        <request>
          <dyn_variable name="things" re="([0-9]+) things"/>
          <http url="/cart" method="GET" version="1.1"/>
        </request>
      </transaction>

      <thinktime value="1"/>

      <if var="things" neq="0">
        <transaction name="checkout">
          <request>
            <match do="log" when="nomatch" name="no_order">Order [0-9]+ confirmed</match>
            <http url="/checkout" method="POST" version="1.1" contents="pay=now"
                  content_type="application/x-www-form-urlencoded"/>
          </request>
        </transaction>
      </if>
    </session>
  </sessions>
</tsung>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in() {
        let text = config(4711, "/tmp/a&b/accounts.csv");
        assert!(text.contains("port=\"4711\"") && text.contains("value=\"/tmp/a&amp;b/accounts.csv\""));
        assert!(!text.contains('{'), "a place is left open");
    }

    #[test]
    fn a_few_accounts_have_a_wrong_password() {
        let table = accounts();
        let wrong = table.lines().filter(|line| line.ends_with(";sesame")).count();
        assert_eq!((table.lines().count(), wrong), (40, 3));
    }
}
