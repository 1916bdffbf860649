//! Queries of the model.

use super::{
    Area, Caller, Choice, Effect, EnumValue, ExampleValue, Field, Form, KeyOption, KeyRule,
    MethodExample, Model, Module, Name, Operation, Payload, Status, Type, TypeRef, Variant,
};

/// The type of the algorithms that the policy of a key permits.
const ALGORITHM: &str = "algorithm";

impl Model {
    /// Returns the type with that name. The checks ensure that it exists.
    pub fn type_named(&self, name: &str) -> &Type {
        self.find_type(name)
            .unwrap_or_else(|| unreachable!("the checks reject the unknown type `{name}`"))
    }

    /// Returns the type with that name, if it exists.
    pub fn find_type(&self, name: &str) -> Option<&Type> {
        self.types().find(|found| found.name.kebab() == name)
    }

    /// Returns the option of new keys with that name.
    pub fn key_option(&self, name: &Name) -> &KeyOption {
        let mut options = self.key_options.iter();
        options
            .find(|option| option.name == *name)
            .unwrap_or_else(|| unreachable!("the checks reject the unknown option `{name}`"))
    }

    /// Returns the enumeration of options with that name.
    pub fn choice(&self, name: &Name) -> &Choice {
        let mut choices = self.choices.iter();
        choices
            .find(|choice| choice.name == *name)
            .unwrap_or_else(|| unreachable!("the checks reject the unknown choice `{name}`"))
    }

    /// Returns all types, in the order of the files.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.modules.iter().flat_map(|module| &module.types)
    }

    /// Returns the status with that name. The checks ensure that it exists.
    pub fn status_named(&self, name: &Name) -> &Status {
        self.statuses
            .iter()
            .find(|status| status.name == *name)
            .unwrap_or_else(|| unreachable!("the checks reject the unknown status `{name}`"))
    }

    /// Returns the path to a type within the type `algorithm`, which the policy of a key uses: the
    /// unions and their variants from the outermost to the one that contains the type. `None` for a
    /// type that is not an algorithm.
    pub fn within_algorithm(&self, of: &Name) -> Option<Vec<(&Type, &Variant)>> {
        let mut ways: Vec<(&Type, Vec<(&Type, &Variant)>)> =
            vec![(self.find_type(ALGORITHM)?, vec![])];
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for (found, way) in ways {
                if found.name == *of {
                    return (!way.is_empty()).then_some(way);
                }
                let Form::Union(variants) = &found.form else {
                    continue;
                };
                for variant in variants {
                    if let Payload::Value(TypeRef::Named(held)) = &variant.payload {
                        let mut way = way.clone();
                        way.push((found, variant));
                        longer.push((self.type_named(&held.kebab()), way));
                    }
                }
            }
            ways = longer;
        }
        None
    }

    /// Returns whether a value of the type is deprecated for new keys.
    pub fn can_be_deprecated(&self, found: &Type) -> bool {
        let holds = |type_ref: &TypeRef| match type_ref {
            TypeRef::Named(name) => self.can_be_deprecated(self.type_named(&name.kebab())),
            _ => false,
        };
        match &found.form {
            Form::Scalar(..) | Form::Struct(_) => false,
            Form::Enum(of) => of.values.iter().any(|value| value.deprecated.is_some()),
            Form::Union(variants) => variants.iter().any(|variant| {
                variant.deprecated.is_some()
                    || match &variant.payload {
                        Payload::Empty => false,
                        Payload::Value(type_ref) => holds(type_ref),
                        Payload::Fields(fields) => {
                            fields.iter().any(|field| holds(&field.type_ref))
                        }
                    }
            }),
        }
    }

    /// Returns the fields of the struct with that name.
    pub fn struct_fields(&self, name: &Name) -> &[Field] {
        self.type_named(&name.kebab()).fields()
    }

    /// Returns a variant of a union, both by name.
    pub fn variant(&self, union: &Name, chosen: &Name) -> &Variant {
        let variants = self.type_named(&union.kebab()).variants();
        variants
            .iter()
            .find(|variant| variant.name == *chosen)
            .unwrap_or_else(|| {
                unreachable!("the checks reject unknown variants such as `{chosen}` of `{union}`")
            })
    }

    /// Returns the operations of an area.
    pub fn operations_of<'a>(&'a self, area: &'a Area) -> impl Iterator<Item = &'a Operation> {
        self.operations
            .iter()
            .filter(|operation| operation.area == area.name)
    }
}

impl Module {
    /// Returns its types except scalars, which only rename builtin types.
    pub fn own_types(&self) -> impl Iterator<Item = &Type> {
        self.types
            .iter()
            .filter(|found| !matches!(found.form, Form::Scalar(..)))
    }
}

impl Type {
    /// Returns the values of an enum; empty for other types.
    pub fn values(&self) -> &[EnumValue] {
        match &self.form {
            Form::Enum(of) => &of.values,
            _ => &[],
        }
    }

    /// Returns the fields of a struct; empty for other types.
    pub fn fields(&self) -> &[Field] {
        match &self.form {
            Form::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// Returns the variants of a union; empty for other types.
    pub fn variants(&self) -> &[Variant] {
        match &self.form {
            Form::Union(variants) => variants,
            _ => &[],
        }
    }
}

impl Operation {
    /// Returns the keys with that effect.
    pub fn keys_with(&self, effect: Effect) -> impl Iterator<Item = &KeyRule> {
        self.keys.iter().filter(move |key| key.effect == effect)
    }

    /// Returns the keys that must exist.
    pub fn existing_keys(&self) -> Vec<&KeyRule> {
        self.keys
            .iter()
            .filter(|key| key.effect != Effect::Create)
            .collect()
    }

    /// Returns whether it changes state that outlives the call.
    pub fn changes_state(&self) -> bool {
        self.keys.iter().any(|key| key.effect != Effect::Use)
            || self.caller == Caller::Administrator && self.outputs.is_empty()
    }
}

impl MethodExample {
    /// Returns whether a later call uses the result of the call with that index in `before`.
    pub fn uses_result_of(&self, index: usize) -> bool {
        let result = &self.before[index].result;
        let uses = |arguments: &[(Name, ExampleValue)]| {
            let mut values = arguments.iter().map(|(_, value)| value);
            values.any(|value| value.contains_result(result))
        };
        let mut later = self.before[index + 1..].iter();
        uses(&self.arguments)
            || later.any(|call| call.on.as_ref() == Some(result) || uses(&call.arguments))
    }
}

impl ExampleValue {
    fn contains_result(&self, result: &Name) -> bool {
        match self {
            Self::Result(name) => name == result,
            Self::List(values) => values.iter().any(|value| value.contains_result(result)),
            _ => false,
        }
    }
}
