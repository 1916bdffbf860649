//! Descriptions of the service: its providers and authenticators.

use parsec_client::types::AuthenticatorInfo;
use parsec_client::{AuthType, ProviderId, ProviderInfo};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// Prints the providers of the service.
pub(crate) fn providers(providers: &[ProviderInfo], json: bool) -> Result<(), Failure> {
    if json {
        let all = providers.iter().map(|info| {
            json!({
                "id": info.id,
                "name": name(info.id),
                "uuid": info.uuid,
                "description": info.description,
                "vendor": info.vendor,
                "version": version(info),
            })
        });
        return output::json(&all.collect());
    }
    let rows = providers.iter().map(|info| {
        vec![
            info.id.to_string(),
            name(info.id),
            version(info),
            info.description.clone(),
        ]
    });
    output::table(&rows.collect::<Vec<_>>())
}

/// Prints the authenticators of the service.
pub(crate) fn authenticators(
    authenticators: &[AuthenticatorInfo],
    json: bool,
) -> Result<(), Failure> {
    let name = |id: u32| {
        u8::try_from(id)
            .ok()
            .and_then(AuthType::from_number)
            .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
    };
    if json {
        let all = authenticators.iter().map(
            |info| json!({ "id": info.id, "name": name(info.id), "description": info.description }),
        );
        return output::json(&all.collect());
    }
    let rows = authenticators
        .iter()
        .map(|info| vec![info.id.to_string(), name(info.id), info.description.clone()]);
    output::table(&rows.collect::<Vec<_>>())
}

fn name(id: u32) -> String {
    u8::try_from(id)
        .ok()
        .and_then(ProviderId::from_number)
        .map_or_else(|| "unknown".to_owned(), |known| known.name().to_owned())
}

fn version(info: &ProviderInfo) -> String {
    format!(
        "{}.{}.{}",
        info.version_maj, info.version_min, info.version_rev
    )
}
