//! Messages as the text that wallets show: what readable.h of the C kit is held against.
//!
//!   input  = repeated (u32 size, little-endian ‖ message)
//!   output = for each a line: the text in hex, or "-" when it has none

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use std::io::{self, Read};

    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input).expect("the input can be read");
    let mut left = &input[..];
    while let Some((size, rest)) = left.split_first_chunk() {
        let (octets, rest) = rest.split_at(u32::from_le_bytes(*size) as usize);
        let text = fdns::Message::parse(octets).and_then(|message| fdns::readable(&message));

        left = rest;
        match text {
            Ok(text) => {
                println!("{}", text.bytes().map(|c| format!("{c:02x}")).collect::<String>())
            }
            Err(_) => println!("-"),
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
