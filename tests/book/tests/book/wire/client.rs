//! A client written only from the wire protocol's page.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use super::page::{Field, Form, Page, number};

/// A field value to encode.
#[derive(Debug, Clone)]
pub(crate) enum FieldValue {
    Bytes(Vec<u8>),
    Text(&'static str),
    Number(u64),
    /// An enum value.
    Word(&'static str),
    Message(Vec<(&'static str, Self)>),
}

/// The response of the service.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) opcode: u64,
    /// The fields of wire types 0 and 2, by name.
    pub(crate) numbers: BTreeMap<String, u64>,
    pub(crate) bytes: BTreeMap<String, Vec<u8>>,
}

pub(crate) struct WireClient<'a> {
    pub(crate) page: &'a Page,
    pub(crate) stream: UnixStream,
    pub(crate) application: &'static str,
}

impl WireClient<'_> {
    /// Calls an operation with the authenticator `direct` or `none`.
    pub(crate) fn call(
        &mut self,
        authenticator: &str,
        provider: &str,
        operation: &str,
        fields: &[(&'static str, FieldValue)],
    ) -> Answer {
        let frame = self.request(authenticator, provider, operation, fields);
        let (header, body) = self.exchange(&frame);
        self.answer(operation, &header, &body)
    }

    /// Encodes the frame of a request.
    pub(crate) fn request(
        &self,
        authenticator: &str,
        provider: &str,
        operation: &str,
        fields: &[(&'static str, FieldValue)],
    ) -> Vec<u8> {
        let page = self.page;
        let mut body = Vec::new();
        self.encode(&format!("{operation} request"), fields, &mut body);
        let auth = match authenticator {
            "none" => "",
            _ => self.application,
        };
        let mut frame = Vec::new();
        for part in &page.header {
            assert_eq!(frame.len(), part.offset, "{}", part.name);
            let value = match part.name.as_str() {
                "flags" => 0,
                "provider" => page.providers[provider],
                "authentication type" => page.authenticators[authenticator],
                "body length" => body.len() as u64,
                "authentication length" => auth.len() as u64,
                "opcode" => page.opcodes[operation],
                _ => number(&part.request),
            };
            frame.extend(&value.to_le_bytes()[..part.bytes]);
        }
        frame.extend(body);
        frame.extend(auth.as_bytes());
        frame
    }

    /// Sends a frame and reads one: header and body.
    pub(crate) fn exchange(&mut self, frame: &[u8]) -> (Vec<u8>, Vec<u8>) {
        self.stream.write_all(frame).unwrap();
        let last = self.page.header.last().unwrap();
        let mut header = vec![0; last.offset + last.bytes];
        self.stream.read_exact(&mut header).unwrap();
        let length = self.part(&header, "body length");
        let mut body = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        (header, body)
    }

    fn part(&self, header: &[u8], name: &str) -> u64 {
        let found = self.page.header.iter().find(|part| part.name == name);
        let part = found.unwrap();
        let mut bytes = [0; 8];
        bytes[..part.bytes].copy_from_slice(&header[part.offset..part.offset + part.bytes]);
        u64::from_le_bytes(bytes)
    }

    fn answer(&self, operation: &str, header: &[u8], body: &[u8]) -> Answer {
        let status = self.part(header, "status");
        let mut answer = Answer {
            status: self.page.statuses[&status].clone(),
            opcode: self.part(header, "opcode"),
            numbers: BTreeMap::new(),
            bytes: BTreeMap::new(),
        };
        let Form::Fields(fields) = &self.page.forms[&format!("{operation} response")] else {
            panic!("a response has fields");
        };
        let mut rest = body;
        while !rest.is_empty() {
            let tag = take_varint(&mut rest);
            let field = fields.iter().find(|field| field.number == tag >> 3);
            let name = field.map_or_else(String::new, |field| field.name.clone());
            let value = take_varint(&mut rest);
            if tag & 7 == 0 {
                answer.numbers.insert(name, value);
            } else {
                let (bytes, after) = rest.split_at(usize::try_from(value).unwrap());
                answer.bytes.insert(name, bytes.to_vec());
                rest = after;
            }
        }
        answer
    }

    /// Encodes the fields of a message.
    fn encode(&self, message: &str, given: &[(&'static str, FieldValue)], out: &mut Vec<u8>) {
        let (fields, one) = match &self.page.forms[message] {
            Form::Fields(fields) => (fields, false),
            Form::OneOf(fields) => (fields, true),
            Form::Enum(_) => panic!("{message} has no fields"),
        };
        assert!(!one || given.len() == 1, "{message} is a union");
        for (name, value) in given {
            let field = fields.iter().find(|field| field.name == *name);
            let field = field.unwrap_or_else(|| panic!("{message} has no field {name}"));
            assert!(!field.repeated, "this client sends none of those");
            self.encode_field(field, value, one, out);
        }
    }

    fn encode_field(&self, field: &Field, value: &FieldValue, always: bool, out: &mut Vec<u8>) {
        let mut content = Vec::new();
        let kind = match (value, self.page.forms.get(&field.type_name)) {
            (FieldValue::Word(word), Some(Form::Enum(values))) => {
                put_varint(values[*word], &mut content);
                "enum"
            }
            (FieldValue::Message(fields), Some(_)) => {
                self.encode(&field.type_name, fields, &mut content);
                "message"
            }
            (FieldValue::Message(_), None) => "empty",
            (FieldValue::Number(number), None) => {
                put_varint(*number, &mut content);
                field.type_name.as_str()
            }
            (FieldValue::Bytes(bytes), None) => {
                content.extend(bytes);
                "bytes"
            }
            (FieldValue::Text(text), None) => {
                content.extend(text.as_bytes());
                "string"
            }
            (value, form) => panic!("{}: {value:?} for {form:?}", field.name),
        };
        let wire_type = self.page.wire_types[kind];
        if !always && (content.is_empty() || (wire_type == 0 && content == [0])) {
            return;
        }
        put_varint(field.number * 8 + wire_type, out);
        if wire_type == 2 {
            put_varint(content.len() as u64, out);
        }
        out.extend(content);
    }
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for (index, byte) in bytes.iter().enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return number;
        }
    }
    panic!("a number that does not end");
}
