//! Why a filed table was not read.

/// A table we do not read, and what its sender can do about it. Shown to the clerk as it stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    #[error("文件过大（{bytes} 字节，上限 {limit} 字节），请拆分成几个文件后分别上传")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("数据行数超过上限 {limit} 行，请拆分成几个文件后分别上传")]
    TooManyRows { limit: u32 },
    #[error("列数超过上限 {limit} 列，请删除多余的列后重新上传")]
    TooManyColumns { limit: u32 },
    #[error("第 {row} 行有单元格超过 {limit} 字节，请缩短内容后重新上传")]
    LongCell { row: u32, limit: usize },
    #[error("第 {row} 行内容过长（上限 {limit} 字节），请检查该行是否缺少换行或引号")]
    LongRow { row: u32, limit: usize },
    #[error(
        "单元格 {address} 远在数据区域之外，请删除该单元格所在的行和列，或将数据复制到新工作表后重新上传"
    )]
    FarCell { address: String },
    #[error("压缩内容展开后过大（{part} 超过限制），疑似压缩炸弹，请用电子表格软件另存后重新上传")]
    Bomb { part: String },
    #[error("工作簿内的文字总量超过上限 {limit} 字节，请拆分文件，或另存为 CSV 后重新上传")]
    SharedStrings { limit: usize },
    #[error("文件设有打开密码，请取消密码保护后重新上传")]
    Encrypted,
    #[error("文件不完整或已损坏（{part}），请重新导出后上传")]
    Truncated { part: String },
    #[error("文件内容不符合格式（{part}），请用电子表格软件打开并另存后重新上传")]
    Malformed { part: String },
    #[error("文件不是数据表（识别为{found}），请上传 CSV、XLSX、XLS 或 JSON 文件")]
    NotATable { found: &'static str },
    #[error("文件是空的，请检查后重新上传")]
    Empty,
    #[error(
        "文件内部含有 DTD 或实体声明（{part}），出于安全考虑不予读取，请用电子表格软件另存后重新上传"
    )]
    Entity { part: String },
    #[error("压缩包内含有不安全的路径（{name}），请用电子表格软件另存后重新上传")]
    UnsafePath { name: String },
    #[error("工作簿引用了外部文件（{name}），请断开外部链接（数据—编辑链接—断开链接）后重新上传")]
    ExternalLink { name: String },
    #[error("暂不支持{found}，请另存为 XLSX 或 CSV 后重新上传")]
    Unsupported { found: &'static str },
    #[error("第 {row} 行含有无法识别的字符编码，请将文件另存为 UTF-8 编码后重新上传")]
    Encoding { row: u32 },
    #[error("第 {row} 行的双引号没有闭合，请补全引号后重新上传")]
    OpenQuote { row: u32 },
    #[error("没有找到表头行，请按模板填写列名后重新上传")]
    NoHeader,
    #[error("工作簿中没有可见的工作表，请取消隐藏后重新上传")]
    NoSheet,
    #[error("表头中“{name}”出现了不止一次，请删除或改名后重新上传")]
    DuplicateHeader { name: String },
    #[error("第 {row} 条记录的“{key}”不是单个值，请改为文字或数字后重新上传")]
    Nested { row: u32, key: String },
    #[error("第 {row} 条记录不是合法的 JSON 对象，请检查后重新上传")]
    BadJson { row: u32 },
    #[error("文件读取失败，请重新上传")]
    Io(#[from] std::io::Error),
}

impl Refused {
    pub(crate) fn truncated(part: impl Into<String>) -> Self {
        Self::Truncated { part: part.into() }
    }

    pub(crate) fn malformed(part: impl Into<String>) -> Self {
        Self::Malformed { part: part.into() }
    }
}
