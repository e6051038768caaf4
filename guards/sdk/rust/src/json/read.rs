//! Reading JSON.

use crate::Refusal;
use alloc::string::String;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

const DEPTH_MAX: usize = 8;

type Read<T> = Result<T, Refusal>;

pub struct Reader<'a> {
    left: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { left: text, depth: 0 }
    }

    /// Nothing may be left.
    pub fn end(&mut self) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err("JSON: something follows its end".into()),
        }
    }

    /// The next octet that is no white space.
    fn peek(&mut self) -> Option<u8> {
        self.left = self.left.trim_start_matches([' ', '\t', '\n', '\r']);
        self.left.bytes().next()
    }

    /// This octet next, if it is.
    fn take(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);

        if found {
            self.left = &self.left[1..];
        }
        found
    }

    fn need(&mut self, octet: u8) -> Read<()> {
        if self.take(octet) {
            return Ok(());
        }
        Err(Refusal(alloc::format!("JSON: no \"{}\" where it has to be", octet as char)))
    }

    fn word(&mut self, word: &str) -> Read<()> {
        match self.left.strip_prefix(word) {
            Some(left) => self.left = left,
            None => return Err("JSON: neither a string nor a number nor a word".into()),
        }
        Ok(())
    }

    fn enter(&mut self, open: u8) -> Read<()> {
        self.need(open)?;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("JSON: nested deeper than 8".into());
        }
        Ok(())
    }

    fn leave(&mut self, close: u8) -> Read<()> {
        self.depth -= 1;
        self.need(close)
    }

    /// Sign and digits: RFC 8259 6, without fraction and exponent.
    fn number(&mut self) -> Read<(bool, u64)> {
        let negative = self.take(b'-');
        let size = self.left.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, left) = self.left.split_at(size);

        if size == 0 || (size > 1 && digits.starts_with('0')) || left.starts_with(['.', 'e', 'E']) {
            return Err("JSON: not a whole number".into());
        }
        self.left = left;
        match digits.parse() {
            Ok(value) => Ok((negative, value)),
            Err(_) => Err("JSON: a number is too large".into()),
        }
    }

    fn string(&mut self) -> Read<String> {
        let mut string = String::new();

        self.need(b'"')?;
        loop {
            let plain = self.left.find(|c| c == '"' || c == '\\' || c < ' ');
            let Some(size) = plain else {
                return Err("JSON: a string does not end".into());
            };
            string.push_str(&self.left[..size]);
            self.left = &self.left[size..];
            match self.left.as_bytes()[0] {
                b'"' => break,
                b'\\' => string.push(self.escape()?),
                _ => return Err("JSON: a control character in a string".into()),
            }
        }
        self.left = &self.left[1..];
        Ok(string)
    }

    fn escape(&mut self) -> Read<char> {
        let letter = self.left.as_bytes().get(1).copied();
        let character = match letter {
            Some(octet @ (b'"' | b'\\' | b'/')) => octet as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err("JSON: no such escape".into()),
        };
        self.left = &self.left[2..];
        Ok(character)
    }

    /// A surrogate needs the other one behind it (RFC 8259 7). NUL is in no record.
    fn unicode(&mut self) -> Read<char> {
        let mut point = self.unit()?;

        if (0xD800..0xDC00).contains(&point) {
            let low = self.unit()?;
            if !(0xDC00..0xE000).contains(&low) {
                return Err("JSON: half a surrogate pair".into());
            }
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        }
        match char::from_u32(point) {
            Some('\0') => Err("JSON: NUL".into()),
            Some(character) => Ok(character),
            None => Err("JSON: half a surrogate pair".into()),
        }
    }

    fn unit(&mut self) -> Read<u32> {
        let digits = self.left.strip_prefix("\\u").and_then(|left| left.get(..4));
        let Some(digits) = digits.filter(|text| text.bytes().all(|c| c.is_ascii_hexdigit())) else {
            return Err("JSON: an escape without four hex digits".into());
        };
        self.left = &self.left[6..];
        u32::from_str_radix(digits, 16).map_err(|_| "JSON: no such escape".into())
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek() {
            Some(b'{') => {
                self.enter(b'{')?;
                let value = visitor.visit_map(List { reader: self, begun: false })?;
                self.leave(b'}')?;
                Ok(value)
            }
            Some(b'[') => {
                self.enter(b'[')?;
                let value = visitor.visit_seq(List { reader: self, begun: false })?;
                self.leave(b']')?;
                Ok(value)
            }
            Some(b'"') => visitor.visit_string(self.string()?),
            Some(b'-' | b'0'..=b'9') => match self.number()? {
                (false, value) => visitor.visit_u64(value),
                (true, value) => match 0i64.checked_sub_unsigned(value) {
                    Some(value) => visitor.visit_i64(value),
                    None => Err("JSON: a number is too large".into()),
                },
            },
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_unit()),
            Some(_) => Err("JSON: neither a string nor a number nor a word".into()),
            None => Err("JSON: empty".into()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    /// "Variant", or {"Variant":its content}.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        if self.peek() == Some(b'"') {
            let name = self.string()?;
            return visitor.visit_enum(IntoDeserializer::<Refusal>::into_deserializer(name));
        }
        self.enter(b'{')?;
        let value = visitor.visit_enum(&mut *self)?;
        self.leave(b'}')?;
        Ok(value)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name = seed.deserialize(&mut *self)?;

        self.need(b':')?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Refusal;

    fn unit_variant(self) -> Read<()> {
        <()>::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.peek() {
            Some(b'{') => self.deserialize_any(visitor),
            _ => Err("JSON: no \"{\" where it has to be".into()),
        }
    }
}

/// Members or elements, one after the other.
struct List<'a, 'de> {
    reader: &'a mut Reader<'de>,
    begun: bool,
}

impl List<'_, '_> {
    /// Whether there is another one.
    fn next(&mut self, close: u8) -> Read<bool> {
        if self.reader.peek() == Some(close) {
            return Ok(false);
        }
        if self.begun {
            self.reader.need(b',')?;
        }
        self.begun = true;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for List<'_, 'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if !self.next(b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for List<'_, 'de> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.next(b'}')? {
            return Ok(None);
        }
        if self.reader.peek() != Some(b'"') {
            return Err("JSON: a member's name is not a string".into());
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        self.reader.need(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}
