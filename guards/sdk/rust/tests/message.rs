//! Messages, keys and the readable text; digests are held against those of ethers.

use fdns::{eth, mock, readable, signatures_of, KeySet, Kind, Message, Operations, Owner};
use serde::Deserialize;

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn operation(kind: u8, octets: &[u8]) -> Vec<u8> {
    [&[kind][..], &(octets.len() as u32).to_be_bytes(), octets].concat()
}

fn message(sequence: u64, operations: &[u8]) -> Vec<u8> {
    let sequence = sequence.to_be_bytes();

    [b"sworn-update-v1\0\0\x0ademo.test.", &[0; 32][..], &sequence, operations].concat()
}

#[test]
fn text_and_digests_are_those_of_the_wallets() {
    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        message: String,
        text: String,
        personal: String,
        typed: String,
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/unit/guards/vectors.json");
    let known: Vectors = fdns::json::from_slice(&std::fs::read(path).unwrap()).unwrap();

    assert!(known.vectors.len() > 3);
    for vector in known.vectors {
        let octets = octets(&vector.message);
        let message = Message::parse(&octets).unwrap();
        let text = readable(&message).unwrap();

        assert_eq!(text, vector.text, "{}", vector.name);
        assert_eq!(hex(&eth::personal(&text)), vector.personal, "{}", vector.name);
        assert_eq!(hex(&eth::typed(&message, &text)), vector.typed, "{}", vector.name);
    }
}

#[test]
fn what_cannot_be_shown_has_no_text() {
    let removal = |record, name: &str| {
        let json = r#"{"RemoveRecords":{"record":"TYPE","name":"NAME","index":null}}"#;
        operation(1, json.replace("TYPE", record).replace("NAME", name).as_bytes())
    };
    let update = |content, ttl| {
        let json = concat!(
            r#"{"UpdateRecord":{"mode":"Set","record":"A","name":"a","#,
            r#""content":"CONTENT","ttl":TTL}}"#
        );
        operation(1, json.replace("CONTENT", content).replace("TTL", ttl).as_bytes())
    };

    for (operations, words) in [
        (operation(1, b"\"Clear\" "), None),
        (update("b c", "\"7\""), None),
        (operation(1, b"hello"), Some("JSON: ")),
        (update("a\\nb", "null"), Some("content")),
        (update("b", "\"1h\""), Some("ttl")),
        (update("b", "\"\""), Some("ttl")),
        (operation(2, b"\xff\xff\xff\xff"), Some("cut short")),
        (operation(4, b"x"), Some("holds octets")),
        (operation(18, b"x"), Some("does not hold a hash")),
        (operation(16, &operation(16, b"")), Some("no words")),
        (operation(9, b""), Some("kind 9")),
        (vec![1, 0, 0], Some("cut short")),
        (removal("*", "a"), Some("type")),
        (removal("", "a"), Some("type")),
        (removal("A", "a b"), Some("name")),
        (removal("A", "ü"), Some("name")),
    ] {
        let octets = message(1, &operations);
        let text = readable(&Message::parse(&octets).unwrap());

        match words {
            None => assert!(text.is_ok()),
            Some(words) => assert!(text.as_ref().is_err_and(|e| e.0.contains(words)), "{text:?}"),
        }
    }
}

#[test]
fn a_message_cut_short_anywhere_is_refused() {
    let whole = message(7, &operation(1, b"\"Clear\""));

    for size in 0..whole.len() {
        let refused = Message::parse(&whole[..size])
            .and_then(|message| {
                message.operations.map(|one| one.map(|_| ())).collect::<Result<(), _>>()
            })
            .is_err();
        /* Without any of its operations it is a message too. */
        assert!(refused || size == whole.len() - 12, "{size}");
    }
}

#[test]
fn a_message_is_for_one_zone_one_server_one_sequence() {
    let host = |sequence, zone_id| mock::Host { sequence, zone_id, ..Default::default() };
    let octets = message(3, b"");
    let mut message = Message::parse(&octets).unwrap();

    mock::begin(host(3, [0; 32]));
    assert_eq!(message.check(), Ok(()));
    mock::begin(host(3, [1; 32]));
    assert!(message.check().unwrap_err().0.contains("zone id is not this zone's"));
    mock::begin(host(4, [0; 32]));
    assert_eq!(message.check().unwrap_err().0, "sequence is 3, must be 4");
    message.zone_id = &[1; 32];
    mock::begin(host(0, [1; 32]));
    assert!(message.check().unwrap_err().0.contains("must not at creation"));
    message.apex = b"other.test.";
    assert_eq!(message.check().unwrap_err().0, "message is for another zone: other.test.");
}

#[test]
fn operations_are_done_in_their_order() {
    let operations = [
        operation(1, b"\"Clear\""),
        operation(1, b"what the server refuses itself"),
        operation(3, b"policy"),
        operation(2, b"owner"),
        operation(4, b""),
    ]
    .concat();
    let octets = message(1, &operations);

    mock::begin(mock::Host::default());
    Message::parse(&octets).unwrap().apply().unwrap();
    mock::with(|host| {
        assert_eq!(host.done, ["\"Clear\"", "what the server refuses itself"]);
        assert_eq!(host.new_policy.as_deref(), Some(&b"policy"[..]));
        assert_eq!(host.new_owner.as_deref(), Some(&b"owner"[..]));
        assert!(host.removed);
    });
    for (operations, words) in [
        (operation(4, b"x"), "holds octets"),
        (operation(16, b""), "no operations of kind 16"),
        (operation(0, b""), "no operation has kind 0"),
    ] {
        let octets = message(1, &operations);
        let refusal = Message::parse(&octets).unwrap().apply().unwrap_err();
        assert!(refusal.0.contains(words), "{refusal}");
    }
}

#[test]
fn operations_and_owners_are_read() {
    let octets = operation(16, &operation(4, b""));
    let outer = Operations(&octets).next().unwrap().unwrap();
    let inner = Operations(outer.octets).next().unwrap().unwrap();

    assert_eq!((outer.kind, inner.kind, inner.octets), (Kind::Announce, Kind::Remove, &b""[..]));
    let owner = Owner::parse(b"\x02\0\0\0ababc").unwrap();
    assert_eq!((owner.code, owner.environment), (&b"ab"[..], &b"abc"[..]));
    assert!(Owner::parse(b"\x04\0\0\0ab").is_err());
    assert!(Owner::parse(b"\x04\0\0").is_err());
}

fn key_set() -> Vec<u8> {
    let uncompressed = [&[2, 4][..], &[7; 64]].concat();

    [&[3, 1][..], &[5; 32], &uncompressed, &[3], &[9; 20]].concat()
}

#[test]
fn a_key_set_that_nobody_can_use_is_refused() {
    for (octets, words) in [
        (&b""[..], "there is no key set"),
        (b"\0", "the key set is empty"),
        (b"\x01", "a key is cut short"),
        (b"\x01\x04", "type that is not known"),
        (&[&[1, 1][..], &[0; 31]].concat(), "a key is cut short"),
        (&[&[1, 2][..], &[0; 65]].concat(), "first octet is not 04"),
        (&[&[2, 1][..], &[0; 32], &[1], &[0; 32]].concat(), "a key is there twice"),
    ] {
        let refusal = KeySet::take(&mut &octets[..]).unwrap_err();
        assert!(refusal.0.contains(words), "{refusal}");
    }
    let set = key_set();
    let octets = [&set[..], b"left"].concat();
    let mut left = &octets[..];
    assert_eq!(KeySet::take(&mut left).unwrap().0.len(), 3);
    assert_eq!(left, b"left");
}

#[test]
fn signatures_are_by_keys_of_the_set_in_order() {
    let set = key_set();
    let keys = KeySet::take(&mut &set[..]).unwrap();
    let signature = |index: u8, size| [&[index][..], &vec![1; size]].concat();
    let two = [&[2][..], &signature(0, 64), &signature(2, 66), b"message"].concat();

    let (signatures, message) = signatures_of(&two, &keys).unwrap();
    assert_eq!(message, b"message");
    assert_eq!(signatures.iter().map(|one| one.key).collect::<Vec<_>>(), [0, 2]);
    for (argument, words) in [
        (vec![], "argument is empty"),
        (vec![1], "a signature is cut short"),
        ([&[1][..], &signature(0, 63)].concat(), "a signature is cut short"),
        ([&[1][..], &signature(3, 64)].concat(), "not in the set"),
        ([&[2][..], &signature(0, 64), &signature(0, 64)].concat(), "each once"),
        ([&[2][..], &signature(1, 64), &signature(0, 64)].concat(), "each once"),
    ] {
        let refusal = signatures_of(&argument, &keys).unwrap_err();
        assert!(refusal.0.contains(words), "{refusal}");
    }
}

#[test]
fn each_type_of_key_asks_for_its_own_signature() {
    let set = key_set();
    let keys = KeySet::take(&mut &set[..]).unwrap();
    let octets = message(1, &operation(1, b"\"Clear\""));
    let signed =
        |key: usize, signature: &[u8]| keys.0[key].made(signature, &mut fdns::Signed::new(&octets));

    mock::begin(mock::Host {
        ed25519: |key, signature, message| {
            key == [5; 32] && signature == [1; 64] && message.starts_with(b"sworn-update-v1\0")
        },
        p256: |key, signature, hash| key[0] == 4 && signature == [2; 64] && hash.len() == 32,
        secp256k1: |signature, _| (signature == [3; 65]).then_some([4; 65]),
        ..Default::default()
    });
    assert_eq!(signed(0, &[1; 64]), Ok(true));
    assert_eq!(signed(0, &[2; 64]), Ok(false));
    assert_eq!(signed(1, &[2; 64]), Ok(true));
    assert_eq!(signed(1, &[1; 64]), Ok(false));
    let wallet = [&[1][..], &[3; 65]].concat();
    assert_eq!(signed(2, &wallet), Ok(false), "another address");
    let own = eth::address(&[4; 65]);
    let own = fdns::Secp256k1(&own);
    assert_eq!(fdns::Signed::new(&octets).is_by_secp256k1(own, &wallet), Ok(true));
    assert!(signed(2, &[3; 66]).unwrap_err().0.contains("no signature scheme has number 3"));
    let unreadable = message(1, &operation(1, b"hello"));
    let refusal = fdns::Signed::new(&unreadable).is_by_secp256k1(own, &wallet).unwrap_err();
    assert!(refusal.0.starts_with("a wallet cannot show this message: JSON: "), "{refusal}");
}

#[test]
fn a_refusal_ends_the_call_with_its_words() {
    mock::begin(mock::Host::default());
    assert_eq!(mock::refusal_of(|| fdns::decided(Ok(()))), None);
    assert_eq!(mock::refusal_of(|| fdns::decided(Err("no".into()))).as_deref(), Some("no"));
}

#[test]
fn what_is_given_is_read_whole() {
    mock::begin(mock::Host {
        environment: vec![1; 100_000],
        state: vec![2],
        records: Some(
            r#"[{"name":"@","record":"A","ttl":"1","content":"","rdata":"","index":0}]"#.into(),
        ),
        ..Default::default()
    });
    assert_eq!((fdns::env().len(), fdns::arg(), fdns::state()), (100_000, &b""[..], &b"\x02"[..]));
    assert_eq!(fdns::records(None, Some("A")).unwrap().unwrap().len(), 1);
    mock::with(|host| host.records = None);
    assert_eq!(fdns::records(None, None), Ok(None));
}
