//! Record operations and JSON: what serde makes, and what is read back.

use fdns::json::{from_slice, to_vec};
use fdns::{Mode, Operation, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

fn text<T: Serialize>(value: &T) -> String {
    String::from_utf8(to_vec(value).unwrap()).unwrap()
}

fn refused<T: serde::de::DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
    from_slice::<T>(json.as_bytes()).unwrap_err().0
}

#[test]
fn operations_are_the_json_that_the_abi_has() {
    assert_eq!(text(&Operation::Clear), r#""Clear""#);
    assert_eq!(
        text(&Operation::remove("www", "A")),
        r#"{"RemoveRecords":{"record":"A","name":"www","index":null}}"#
    );
    assert_eq!(
        text(&Operation::set("www", "A", "192.0.2.1", Some(300))),
        concat!(
            r#"{"UpdateRecord":{"mode":"Set","record":"A","name":"www","#,
            r#""content":"192.0.2.1","ttl":"300"}}"#
        )
    );
    assert_eq!(
        text(&Operation::append("", "TXT", "\"a\\\n\u{1}ü\"", None)),
        "{\"UpdateRecord\":{\"mode\":\"Append\",\"record\":\"TXT\",\"name\":\"\",\
         \"content\":\"\\\"a\\\\\\u000a\\u0001ü\\\"\",\"ttl\":null}}"
    );
}

#[test]
fn operations_are_read_back_as_they_were() {
    for operation in [
        Operation::Clear,
        Operation::remove("@", "TYPE65400"),
        Operation::RemoveRecords { record: None, name: None, index: Some(7) },
        Operation::set("*", "A", "192.0.2.1", None),
        Operation::append("a\"b\\", "TXT", "\"\t€😀\"", Some(0)),
    ] {
        assert_eq!(from_slice::<Operation>(&to_vec(&operation).unwrap()).unwrap(), operation);
    }
}

#[test]
fn members_come_in_any_order_with_escapes_and_space() {
    let json =
        "\n{ \"UpdateRecord\" :\t{\"ttl\":\"auto\",\"content\":\"\\u0061\\ud83d\\ude00\\/\",\
                \"name\":\"w\\u0077w\",\"record\":\"\\u0041\",\"mode\":\"Appened\"} } ";
    let Operation::UpdateRecord { mode, record, name, content, ttl } =
        from_slice(json.as_bytes()).unwrap()
    else {
        panic!("another operation");
    };

    assert_eq!((mode, record.as_str(), name.as_str()), (Mode::Append, "A", "www"));
    assert_eq!((content.as_str(), ttl.as_deref()), ("a😀/", Some("auto")));
}

#[test]
fn what_is_no_operation_is_refused_with_the_cause() {
    for (json, words) in [
        ("", "no \"{\""),
        ("[", "no \"{\""),
        ("\"clear\"", "unknown variant `clear`"),
        ("\"Clear\" \"Clear\"", "something follows"),
        ("{\"Clear\":null", "no \"}\""),
        ("\"RemoveRecords\"", "not "),
        (r#"{"RemoveRecords":{"record":"A","name":"a"}}"#, "missing field `index`"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":-1}}"#, "not u64"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":1.5}}"#, "not a whole number"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":01}}"#, "not a whole number"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":18446744073709551616}}"#, "large"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","name":"b","index":0}}"#, "duplicate field"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":0,"x":1}}"#, "unknown field `x`"),
        (r#"{"RemoveRecords":{"record":"A","name":"a","index":0},"Clear":null}"#, "no \"}\""),
        (r#"{"RemoveRecords":["A","a",0,1]}"#, "no \"{\""),
        (r#"{"UpdateRecord":{"mode":"Replace"}}"#, "unknown variant `Replace`"),
        (r#"{"UpdateRecord":{"mode":null}}"#, "no \"{\""),
        ("{\"Clear\u{1}\":null}", "control character"),
        ("\"\\u0000\"", "NUL"),
        ("\"\\ud800\"", "four hex digits"),
        ("\"\\ud800\\u0041\"", "half a surrogate pair"),
        ("\"\\udc00\"", "half a surrogate pair"),
        ("\"\\x\"", "no such escape"),
        ("\"\\", "no such escape"),
        ("\"\\u00", "four hex digits"),
        ("\"Clear", "does not end"),
        ("{,}", "neither a string"),
    ] {
        let error = refused::<Operation>(json);
        assert!(error.starts_with("JSON: ") && error.contains(words), "{json}: {error}");
    }
    assert_eq!(from_slice::<Operation>(b"\"\xff\"").unwrap_err().0, "JSON: not UTF-8");
}

#[test]
fn nesting_is_bounded() {
    #[derive(Deserialize, Debug)]
    struct Deep(#[allow(dead_code)] Option<Box<Vec<Deep>>>);

    assert!(from_slice::<Deep>(b"[[[[[[[[]]]]]]]]").is_ok());
    assert_eq!(refused::<Deep>("[[[[[[[[[]]]]]]]]]"), "JSON: nested deeper than 8");
    assert_eq!(refused::<Deep>(&"[".repeat(100_000)), "JSON: nested deeper than 8");
}

#[test]
fn values_of_all_kinds_are_written() {
    #[derive(Serialize)]
    enum Kind {
        One(u8),
        Two(i64, bool),
    }
    #[derive(Serialize)]
    struct All<'a> {
        unit: (),
        list: &'a [Kind],
        map: BTreeMap<&'a str, (char, Option<i8>)>,
    }
    let map = BTreeMap::from([("a", ('"', None)), ("b", ('b', Some(-1)))]);
    let all = All { unit: (), list: &[Kind::One(255), Kind::Two(i64::MIN, true)], map };

    assert_eq!(
        text(&all),
        concat!(
            r#"{"unit":null,"list":[{"One":255},{"Two":[-9223372036854775808,true]}],"#,
            r#""map":{"a":["\"",null],"b":["b",-1]}}"#
        )
    );
    assert_eq!(to_vec(&1.5f64).unwrap_err().0, "JSON: no floating point");
    assert!(to_vec(&BTreeMap::from([(1, 2)])).is_err());
}

#[test]
fn records_of_an_answer_are_read() {
    let json = br#"[{"name":"@","record":"NS","ttl":"3600","content":"ns1.example.net.",
                     "rdata":"00","index":0}]"#;
    let records: Vec<Record> = from_slice(json).unwrap();

    assert_eq!((records[0].name.as_str(), records[0].ttl.as_str()), ("@", "3600"));
}
