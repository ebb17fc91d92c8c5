using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Loads lines of text as rows. The text is read anew by every cursor and never held as a whole.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly TextFormat _format;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;
    private readonly string _header;

    internal TextLoader(Options options, IMultiStreamSource dataSample)
    {
        options ??= new Options();
        _format = new TextFormat(options);
        var columns = options.Columns is { Length: > 0 } given
            ? given
            : [new Column("Label", DataKind.Single, 0), new Column("Features", DataKind.Single, [new Range(1, null)])];
        var headerFile = string.IsNullOrWhiteSpace(options.HeaderFile) ? null : new MultiFileSource(options.HeaderFile);
        if (headerFile is not null)
            _format.HasHeader = false;

        var sample = new TextSample(_format, headerFile, dataSample ?? new MultiFileSource(null));
        _columns = TextColumnBinding.Bind(columns, sample);
        _header = sample.Header;
        _schema = TextColumnBinding.MakeSchema(_columns, _header, _format);
    }

    private TextLoader(TextFormat format, TextColumn[] columns, string header)
    {
        _format = format;
        _columns = columns;
        _header = header;
        _schema = TextColumnBinding.MakeSchema(columns, header, format);
    }

    internal static TextLoader Create<TInput>(Options options, IMultiStreamSource dataSample)
    {
        options ??= new Options();
        options.Columns = TextColumnBinding.ColumnsOf(typeof(TInput));
        return new TextLoader(options, dataSample);
    }

    /// <summary>The schema of what is loaded.</summary>
    public DataViewSchema GetOutputSchema() => _schema;

    /// <summary>The rows of files.</summary>
    public IDataView Load(IMultiStreamSource source)
    {
        Contracts.CheckValue(source, nameof(source));
        return new TextView(source, _format, _columns, _schema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.SetLoader(typeof(TextLoader));
        _format.Save(ctx.Writer);
        ctx.Writer.Write(_columns.Length);
        foreach (var column in _columns)
            column.Save(ctx.Writer);
        ctx.Writer.Write(_header ?? "");
    }

    internal static TextLoader Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var format = TextFormat.Load(ctx.Reader);
        var columns = new TextColumn[ctx.Reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = TextColumn.Load(ctx.Reader);
        string header = ctx.Reader.ReadString();
        return new TextLoader(format, columns, header.Length > 0 ? header : null);
    }
}
