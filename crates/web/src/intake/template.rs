//! `/desk/template/{source}`: an empty workbook with the columns of a source.

use crate::account::Clerk;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::Fault;
use desk::ports::Role;
use domain::intake::{Column, Shape, Spec};
use sheet::template::TemplateColumn;
use std::io::Cursor;

pub(crate) async fn template(
    State(app): State<App>,
    clerk: Clerk,
    Path(source): Path<String>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let missing = || Trouble::Missing("没有这个数据源的模板。".to_owned());
    let plan = app
        .desk()
        .sources
        .get(&source)
        .cloned()
        .ok_or_else(missing)?;
    let bytes = app.read(move |_| workbook(plan.spec())).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let name = format!("attachment; filename=\"{source}.xlsx\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, &name),
        ],
        bytes,
    )
        .into_response())
}

fn workbook(spec: &Spec) -> Result<Vec<u8>, Fault> {
    let columns: Vec<TemplateColumn<'_>> = spec.columns.iter().map(column).collect();
    let mut out = Cursor::new(Vec::new());
    sheet::template::template(&columns, &mut out).map_err(Fault::store)?;
    Ok(out.into_inner())
}

fn column(column: &Column) -> TemplateColumn<'_> {
    TemplateColumn {
        code: &column.code,
        name: &column.name,
        need: column.need,
        hint: "",
        values: if column.shape == Shape::Enum {
            &column.values
        } else {
            &[]
        },
        date: column.shape == Shape::Date,
        code18: column.shape == Shape::Code,
        amount: column.shape == Shape::Amount,
    }
}
