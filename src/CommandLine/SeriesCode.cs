namespace MLSeqGraph.CommandLine;

/// <summary>The C# that does what <c>mlsg forecast</c> did.</summary>
internal static class SeriesCode
{
    /// <param name="table">The series.</param>
    /// <param name="path">Their file.</param>
    /// <param name="trainer">The trainer as C#, or the name of a model's file.</param>
    /// <param name="saved">Where the model is written; null for nowhere.</param>
    internal static string Of(SeriesTable table, string path, string trainer, string? saved = null)
    {
        var isTrained = trainer.Contains("Forecasting(", StringComparison.Ordinal);
        var separator = table.Columns.Table.Separator;
        string Column(int column, string kind) => $"new({GeneratedCode.Text(table.Name(column))}, DataKind.{kind}, {column})";
        string[] columns = [.. table.Series is { } series ? [Column(series, "String")] : (string[])[],
            .. table.Time is { } time ? [Column(time, table.TimeFormat is null ? "Double" : "String")] : (string[])[],
            .. table.Values.Concat(table.Known).Select(column => Column(column, "Single"))];
        return $$"""
            using Microsoft.ML;
            using Microsoft.ML.Data;
            using MLSeqGraph.Onnx;
            using MLSeqGraph.Trainers;
            using MLSeqGraph.Transforms;

            var ml = new MLContext();
            var rows = ml.Data.CreateTextLoader(new TextLoader.Options
            {
                Columns = [{{string.Join(",\n        ", columns)}}],
                Separators = ['{{(separator == '\t' ? "\\t" : separator.ToString())}}'], MissingRealsAsNaNs = true,
                HasHeader = {{(table.Columns.Header is null ? "false" : "true")}},
                AllowQuoting = {{(separator == '\t' ? "false" : "true")}},
            }).Load({{GeneratedCode.Text(path)}});
            {{(isTrained ? $"using var model = {trainer}.Fit(rows);"
                : $"using var model = new ForecastScoringTransformer(File.ReadAllBytes({trainer}));")}}
            {{(saved is null ? "" : $"model.ExportToOnnx({GeneratedCode.Text(saved)});\n")}}foreach (var row in model.Forecast(rows))
                Console.WriteLine($"{row.Series} {row.Time} {row.Target} {row.Score} {string.Join(" ", row.Quantiles)}");
            """;
    }
}
