using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>The C# that does what commands do: programs of top-level statements.</summary>
internal static class GeneratedCode
{
    private const string Usings = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using MLSeqGraph.Onnx;
        using MLSeqGraph.Trainers;
        using MLSeqGraph.Transforms;
        """;

    /// <summary>What <c>mlsg train</c> did.</summary>
    internal static string Of(Portfolio portfolio, TrialResult trial, TableRoles roles, string path)
    {
        string[] steps =
        [
            .. roles.Task == PortfolioTask.Classification ? ["ml.Transforms.Conversion.MapValueToKey(\"Label\")"] : (string[])[],
            .. roles.Text is not null ? ["ml.Transforms.TokenizeText(\"Tokens\", \"Text\", new() { Lowercase = true })"] : (string[])[],
            portfolio.Code(trial.Parameters),
        ];
        var stopped = trial.BestEpoch > 0 ? $"// mlsg stopped this after epoch {trial.BestEpoch}, the best one for rows held out.\n" : "";
        var lines = steps.Select((step, i) => step.Replace("\n", "\n    ") + (i > 0 ? ")" : ""));
        return $$"""
            {{Usings}}

            var ml = new MLContext(seed: 0);
            {{Rows(roles, path)}}
            {{stopped}}var pipeline = {{string.Join("\n    .Append(", lines)}};
            var model = pipeline.Fit(rows);
            ml.Model.SaveWhole(model, rows.Schema, "model.zip");

            {{RowClass(roles)}}
            """;
    }

    /// <summary>What <c>mlsg score</c> did.</summary>
    internal static string OfScoring(ModelFile file, string model, string path)
    {
        var isNumber = file.Roles.Task == PortfolioTask.Regression;
        var (type, column) = isNumber ? ("float", "Score") : ("string", "Named");
        var named = isNumber ? "" : "var named = ml.Transforms.Conversion.MapKeyToValue(\"Named\", \"PredictedLabel\").Fit(scored)"
            + ".Transform(scored);\n";
        return $$"""
            {{Usings}}

            var ml = new MLContext();
            var model = {{Loading(file, model)}};
            {{Rows(file.Roles, path)}}
            var scored = model.Transform(rows);
            {{named}}foreach (var predicted in {{(isNumber ? "scored" : "named")}}.GetColumn<{{type}}>("{{column}}"))
                Console.WriteLine(predicted);

            {{RowClass(file.Roles)}}
            """;
    }

    /// <summary>What <c>mlsg evaluate</c> did.</summary>
    internal static string OfEvaluation(ModelFile file, string model, string path) => $$"""
        {{Usings}}

        var ml = new MLContext();
        var model = {{Loading(file, model)}};
        {{Rows(file.Roles, path)}}
        Console.WriteLine(ml.Sequences().Evaluate{{file.Roles.Task}}(model.Transform(rows)));

        {{RowClass(file.Roles)}}
        """;

    /// <summary>What <c>mlsg report</c> did with a model.</summary>
    internal static string OfReport(ModelFile file, string model, string? path, string output) => $$"""
        {{Usings}}

        var ml = new MLContext();
        var model = {{Loading(file, model)}};
        {{(path is null ? "" : Rows(file.Roles, path) + "\n")}}new TrainingReport(model{{(path is null ? "" : ", model.Transform(rows)")}})
            .Write({{Text(output)}});
        {{(path is null ? "" : "\n" + RowClass(file.Roles))}}
        """;

    /// <summary>What <c>mlsg export</c> did.</summary>
    internal static string OfExport(string model, string output) => $"""
        {Usings}

        var ml = new MLContext();
        var model = (IEnumerable<ITransformer>)ml.Model.LoadSequenceGraph({Text(model)}, out _);
        model.OfType<ModelTransformer>().First().ExportToOnnx({Text(output)});
        """;

    /// <summary>What <c>mlsg inspect</c> did with a network.</summary>
    internal static string OfInspection(string path, bool isZip) => $"""
        {Usings}

        var info = {(isZip ? $"OnnxFile.Inspect(((IEnumerable<ITransformer>)new MLContext().Model.LoadSequenceGraph({Text(path)}, out _))\n"
            + "    .OfType<ModelTransformer>().First().ToOnnx())" : $"OnnxFile.Inspect({Text(path)})")};
        Console.WriteLine(string.Join(", ", info.Inputs));
        Console.WriteLine(string.Join(", ", info.Outputs));
        """;

    /// <summary>What <c>mlsg trials</c> and <c>mlsg report</c> did.</summary>
    internal static string OfStudy(string database, string name, string action) => $"""
        using MLSeqGraph.Experiments;

        using var study = Study.Open({Text(database)}, {Text(name)});
        {action}
        """;

    /// <summary>A text as C# writes it.</summary>
    internal static string Text(string text) => $"@\"{text.Replace("\"", "\"\"")}\"";

    private static string Loading(ModelFile file, string model) => file.HasNetwork
        ? $"ml.Model.LoadSequenceGraph({Text(model)}, out _)" : $"ml.Model.Load({Text(model)}, out _)";

    private static string Rows(TableRoles roles, string path) => $"var rows = ml.Data.LoadFromTextFile<Row>({Text(path)}, "
        + $"'{(roles.Separator == '\t' ? "\\t" : roles.Separator.ToString())}', hasHeader: {(roles.Header is null ? "false" : "true")}"
        + $"{(roles.Separator == '\t' ? "" : ", allowQuoting: true")});";

    private static string RowClass(TableRoles roles)
    {
        var kind = roles.Task == PortfolioTask.Regression ? "float" : "string";
        var input = roles.Text is { } text
            ? $"    [LoadColumn({text})]\n    public string Text {{ get; set; }} = \"\";"
            : $"    [LoadColumn(new[] {{ {string.Join(", ", roles.Numbers)} }}), VectorType({roles.Numbers.Length})]\n"
                + "    public float[] Features { get; set; } = [];";
        return $$"""
            internal sealed class Row
            {
                [LoadColumn({{roles.Label}})]
                public {{kind}} Label { get; set; }{{(kind == "string" ? " = \"\";" : "")}}

                {{input.TrimStart()}}
            }
            """;
    }
}
