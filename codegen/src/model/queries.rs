//! What emitters ask the model.

use super::{
    Area, Caller, Effect, EnumValue, Field, Form, KeyRule, Model, Module, Name, Operation, Payload,
    Status, Type, TypeRef, Variant,
};

/// The type of what a key's policy permits.
const ALGORITHM: &str = "algorithm";

impl Model {
    /// The type of that name. The checks have made sure that there is one.
    pub fn type_named(&self, name: &str) -> &Type {
        self.find_type(name)
            .unwrap_or_else(|| unreachable!("the checks let the unknown type `{name}` through"))
    }

    /// The type of a name that no contract mentions, if there is one.
    pub fn find_type(&self, name: &str) -> Option<&Type> {
        self.types().find(|found| found.name.kebab() == name)
    }

    /// All types, in the order of the files.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.modules.iter().flat_map(|module| &module.types)
    }

    /// The status of that name. The checks have made sure that there is one.
    pub fn status_named(&self, name: &Name) -> &Status {
        self.statuses
            .iter()
            .find(|status| status.name == *name)
            .unwrap_or_else(|| unreachable!("the checks let the unknown status `{name}` through"))
    }

    /// How a type stands within the type `algorithm`, which a key's policy names: the unions and their
    /// variants from the outermost to the one that holds the type. `None` for a type that is no
    /// algorithm by itself.
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

    /// Whether some value of the type is one that new keys should not use.
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

    /// The fields of the struct of that name.
    pub fn struct_fields(&self, name: &Name) -> &[Field] {
        self.type_named(&name.kebab()).fields()
    }

    /// The variant of that name of the union of that name.
    pub fn variant(&self, union: &Name, chosen: &Name) -> &Variant {
        let variants = self.type_named(&union.kebab()).variants();
        variants
            .iter()
            .find(|variant| variant.name == *chosen)
            .unwrap_or_else(|| unreachable!("`{union}` was read as having `{chosen}`"))
    }

    /// The operations of an area.
    pub fn operations_of<'a>(&'a self, area: &'a Area) -> impl Iterator<Item = &'a Operation> {
        self.operations
            .iter()
            .filter(|operation| operation.area == area.name)
    }
}

impl Module {
    /// Its types that are more than a name for a builtin one.
    pub fn own_types(&self) -> impl Iterator<Item = &Type> {
        self.types
            .iter()
            .filter(|found| !matches!(found.form, Form::Scalar(..)))
    }
}

impl Type {
    /// The values of an enum; others have none.
    pub fn values(&self) -> &[EnumValue] {
        match &self.form {
            Form::Enum(of) => &of.values,
            _ => &[],
        }
    }

    /// The fields of a struct; others have none.
    pub fn fields(&self) -> &[Field] {
        match &self.form {
            Form::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// The variants of a union; others have none.
    pub fn variants(&self) -> &[Variant] {
        match &self.form {
            Form::Union(variants) => variants,
            _ => &[],
        }
    }
}

impl Operation {
    /// The keys of one effect.
    pub fn keys_with(&self, effect: Effect) -> impl Iterator<Item = &KeyRule> {
        self.keys.iter().filter(move |key| key.effect == effect)
    }

    /// The keys that must exist.
    pub fn existing_keys(&self) -> Vec<&KeyRule> {
        self.keys
            .iter()
            .filter(|key| key.effect != Effect::Create)
            .collect()
    }

    /// Whether it makes or unmakes something that outlives the call.
    pub fn changes_state(&self) -> bool {
        self.keys.iter().any(|key| key.effect != Effect::Use)
            || self.caller == Caller::Administrator && self.outputs.is_empty()
    }
}
