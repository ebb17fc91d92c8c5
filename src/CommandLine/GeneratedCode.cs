using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>The C# that does what <c>mlsg train</c> did.</summary>
internal static class GeneratedCode
{
    internal static string Of(Portfolio portfolio, TrialResult trial, TableRoles roles, string path)
    {
        var kind = roles.Task == PortfolioTask.Regression ? "float" : "string";
        var separator = roles.Separator == '\t' ? "\\t" : roles.Separator.ToString();
        var input = roles.Text is { } text
            ? $"    [LoadColumn({text})]\n    public string Text {{ get; set; }} = \"\";"
            : $"    [LoadColumn(new[] {{ {string.Join(", ", roles.Numbers)} }}), VectorType({roles.Numbers.Length})]\n"
                + "    public float[] Features { get; set; } = [];";
        string[] steps =
        [
            .. roles.Task == PortfolioTask.Classification ? ["ml.Transforms.Conversion.MapValueToKey(\"Label\")"] : (string[])[],
            .. roles.Text is not null ? ["ml.Transforms.TokenizeText(\"Tokens\", \"Text\", new() { Lowercase = true })"] : (string[])[],
            portfolio.Code(trial.Parameters),
        ];
        var hasHeader = roles.Header is null ? "false" : "true";
        var quotes = roles.Separator == '\t' ? "" : ", allowQuoting: true";
        var stopped = trial.BestEpoch > 0 ? $"// mlsg stopped this after epoch {trial.BestEpoch}, the best one for rows held out.\n" : "";
        var lines = steps.Select((step, i) => step.Replace("\n", "\n    ") + (i > 0 ? ")" : ""));
        return $$"""
            using Microsoft.ML;
            using Microsoft.ML.Data;
            using MLSeqGraph.Onnx;
            using MLSeqGraph.Trainers;
            using MLSeqGraph.Transforms;

            var ml = new MLContext(seed: 0);
            var rows = ml.Data.LoadFromTextFile<Row>(@"{{path}}", '{{separator}}', hasHeader: {{hasHeader}}{{quotes}});
            {{stopped}}var pipeline = {{string.Join("\n    .Append(", lines)}};
            var model = pipeline.Fit(rows);
            ml.Model.SaveWhole(model, rows.Schema, "model.zip");

            internal sealed class Row
            {
                [LoadColumn({{roles.Label}})]
                public {{kind}} Label { get; set; }{{(kind == "string" ? " = \"\";" : "")}}

                {{input.TrimStart()}}
            }
            """;
    }
}
