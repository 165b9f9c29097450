//! What may be done: the names are those of Backstage, plus our own for what it lacks.

use crate::context::OpContext;
use crate::principal::Principal;
use crate::refusals::RefusalReason;
use model::{Error, Result};

/// One thing that may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See entities.
    CatalogEntityRead,
    /// Ask for an entity to be read again.
    CatalogEntityRefresh,
    /// Have an entity checked without keeping it.
    CatalogEntityValidate,
    /// Take an entity out of the catalog.
    CatalogEntityDelete,
    /// See what was removed, and bring it back.
    CatalogEntityRestore,
    /// Forget what is older than configured.
    CatalogHistoryPrune,
    /// Edit an entity in the portal.
    CatalogOverlayUpdate,
    /// See the kinds of entities there are.
    CatalogKindRead,
    /// Add, change and remove kinds of entities.
    CatalogKindUpdate,
    /// Give entities as a program.
    CatalogProviderUpdate,
    /// Decide about runs that would remove too much.
    CatalogRemovalDecide,
    /// See registered locations.
    CatalogLocationRead,
    /// Register a location.
    CatalogLocationCreate,
    /// Change where a location is.
    CatalogLocationUpdate,
    /// Ask what could be registered at an address.
    CatalogLocationAnalyze,
    /// Remove a location.
    CatalogLocationDelete,
    /// See task runs.
    ScaffolderTaskRead,
    /// Start a task run.
    ScaffolderTaskCreate,
    /// Stop a task run.
    ScaffolderTaskCancel,
    /// See templates' parameters.
    ScaffolderTemplateParameterRead,
    /// Carry out an action in a task run.
    ScaffolderActionExecute,
    /// See the dashboard's numbers.
    InsightsRead,
    /// Arrange one's own dashboard.
    DashboardLayoutUpdate,
    /// Star entities for oneself.
    CatalogStarUpdate,
    /// Save arrangements of the list.
    CatalogViewUpdate,
}

impl Permission {
    /// The name in rules, logs and errors.
    pub fn name(self) -> &'static str {
        match self {
            Permission::CatalogEntityRead => "catalog.entity.read",
            Permission::CatalogEntityRefresh => "catalog.entity.refresh",
            Permission::CatalogEntityDelete => "catalog.entity.delete",
            Permission::CatalogEntityValidate => "catalog.entity.validate",
            Permission::CatalogEntityRestore => "catalog.entity.restore",
            Permission::CatalogHistoryPrune => "catalog.history.prune",
            Permission::CatalogOverlayUpdate => "catalog.overlay.update",
            Permission::CatalogKindRead => "catalog.kind.read",
            Permission::CatalogKindUpdate => "catalog.kind.update",
            Permission::CatalogProviderUpdate => "catalog.provider.update",
            Permission::CatalogRemovalDecide => "catalog.removal.decide",
            Permission::CatalogLocationRead => "catalog.location.read",
            Permission::CatalogLocationCreate => "catalog.location.create",
            Permission::CatalogLocationUpdate => "catalog.location.update",
            Permission::CatalogLocationAnalyze => "catalog.location.analyze",
            Permission::CatalogLocationDelete => "catalog.location.delete",
            Permission::ScaffolderTaskRead => "scaffolder.task.read",
            Permission::ScaffolderTaskCreate => "scaffolder.task.create",
            Permission::ScaffolderTaskCancel => "scaffolder.task.cancel",
            Permission::ScaffolderTemplateParameterRead => "scaffolder.template.parameter.read",
            Permission::ScaffolderActionExecute => "scaffolder.action.execute",
            Permission::InsightsRead => "insights.read",
            Permission::DashboardLayoutUpdate => "dashboard.layout.update",
            Permission::CatalogStarUpdate => "catalog.star.update",
            Permission::CatalogViewUpdate => "catalog.view.update",
        }
    }
}

impl OpContext {
    /// The first line of every service method: may this principal do this?
    ///
    /// Everybody who is signed in to the tenant, and every program with a token, may do what is
    /// listed here; only people have a dashboard, stars and views of their own. Rules per role
    /// come with tenants' own policies.
    pub fn authorize(&self, permission: Permission) -> Result<()> {
        let refused = match (&self.principal, permission) {
            (Principal::Nobody, _) => {
                Error::unauthenticated("Sign in to see this page.".to_owned())
            }
            (
                Principal::Service { .. },
                Permission::DashboardLayoutUpdate
                | Permission::CatalogStarUpdate
                | Permission::CatalogViewUpdate,
            ) => Error::forbidden(format!("A program has no {}; sign in.", permission.name())),
            _ => return Ok(()),
        };
        let who = self.principal.name();
        self.tenant.refusals.note(RefusalReason::Denied, permission.name(), &who);
        Err(refused)
    }
}
