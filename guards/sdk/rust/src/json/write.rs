//! Writing JSON.

use crate::Refusal;
use alloc::vec::Vec;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

type Done = Result<(), Refusal>;

#[derive(Default)]
pub struct Writer {
    pub octets: Vec<u8>,
}

impl Writer {
    fn put(&mut self, text: &str) -> Done {
        self.octets.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn string(&mut self, text: &str) -> Done {
        const HEX: &[u8; 16] = b"0123456789abcdef";

        self.octets.push(b'"');
        for octet in text.bytes() {
            match octet {
                0..=0x1F => {
                    let (high, low) = (HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]);
                    self.octets.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                }
                b'"' | b'\\' => self.octets.extend_from_slice(&[b'\\', octet]),
                _ => self.octets.push(octet),
            }
        }
        self.octets.push(b'"');
        Ok(())
    }

    /// The comma before all but the first of a list.
    fn separate(&mut self) -> Done {
        match self.octets.last() {
            Some(b'[' | b'{') => Ok(()),
            _ => self.put(","),
        }
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Done {
        self.separate()?;
        self.string(name)?;
        self.put(":")?;
        value.serialize(self)
    }
}

/// A list, and what closes it.
pub struct List<'a> {
    writer: &'a mut Writer,
    close: &'static str,
}

impl<'a> List<'a> {
    fn open(writer: &'a mut Writer, open: &str, close: &'static str) -> Result<Self, Refusal> {
        writer.put(open)?;
        Ok(Self { writer, close })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.separate()?;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Done {
        self.writer.put(self.close)
    }
}

/* A number needs no memory for its digits. */
macro_rules! numbers {
    ($($function:ident $type:ty),*) => {
        $(fn $function(self, value: $type) -> Done {
            use core::fmt::Write;
            struct Digits<'a>(&'a mut Vec<u8>);
            impl Write for Digits<'_> {
                fn write_str(&mut self, digits: &str) -> core::fmt::Result {
                    self.0.extend_from_slice(digits.as_bytes());
                    Ok(())
                }
            }
            let _ = write!(Digits(&mut self.octets), "{value}");
            Ok(())
        })*
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = List<'a>;
    type SerializeStruct = List<'a>;
    type SerializeStructVariant = List<'a>;

    numbers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
             serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64);

    fn serialize_bool(self, value: bool) -> Done {
        self.put(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, _: f32) -> Done {
        Err("JSON: no floating point".into())
    }

    fn serialize_f64(self, _: f64) -> Done {
        Err("JSON: no floating point".into())
    }

    fn serialize_char(self, value: char) -> Done {
        self.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.string(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        let mut list = List::open(self, "[", "]")?;
        value.iter().try_for_each(|octet| list.element(octet))?;
        list.close()
    }

    fn serialize_none(self) -> Done {
        self.put("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.put("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.put("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.put("{")?;
        self.member(variant, value)?;
        self.put("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Refusal> {
        List::open(self, "[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Refusal> {
        List::open(self, "[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Refusal> {
        List::open(self, "[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Refusal> {
        self.put("{")?;
        self.string(variant)?;
        List::open(self, ":[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<List<'a>, Refusal> {
        List::open(self, "{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Refusal> {
        List::open(self, "{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Refusal> {
        self.put("{")?;
        self.string(variant)?;
        List::open(self, ":{", "}}")
    }
}

macro_rules! elements {
    ($($trait:ident $function:ident),*) => {
        $(impl $trait for List<'_> {
            type Ok = ();
            type Error = Refusal;

            fn $function<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.element(value)
            }

            fn end(self) -> Done {
                self.close()
            }
        })*
    };
}

macro_rules! members {
    ($($trait:ident),*) => {
        $(impl $trait for List<'_> {
            type Ok = ();
            type Error = Refusal;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Done {
                self.writer.member(name, value)
            }

            fn end(self) -> Done {
                self.close()
            }
        })*
    };
}

elements!(SerializeSeq serialize_element, SerializeTuple serialize_element,
          SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field);
members!(SerializeStruct, SerializeStructVariant);

/// Keys have to be strings: what else they were would be no JSON.
impl SerializeMap for List<'_> {
    type Ok = ();
    type Error = Refusal;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        let start = self.writer.octets.len();

        self.element(key)?;
        match self.writer.octets[start..] {
            [b'"', ..] | [b',', b'"', ..] => Ok(()),
            _ => Err("JSON: a key is not a string".into()),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.put(":")?;
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Done {
        self.close()
    }
}
