using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.ML;
using MLSeqGraph.Experiments;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg score</c>: the fields of a file, with what the model predicts beside them.</summary>
internal static class ScoreCommand
{
    internal static Command Of(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "model.zip" };
        var data = new Option<string>("--data") { Description = "the file to score; it may lack the label", Required = true };
        var output = new Option<string?>("--output") { Description = "the file to write (default: NAME.scored.tsv beside the data)" };
        var command = new Command("score", "Scores a file.") { model, data, output };
        command.SetAction(given =>
        {
            var path = given.GetRequiredValue(data);
            var ml = new MLContext();
            var file = ModelFile.Load(ml, given.GetRequiredValue(model));
            var rows = file.Roles.Read(path, labelNeeded: false);
            var target = given.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path)
                + ".scored" + (file.Roles.Separator == '\t' ? ".tsv" : ".csv"));
            OptionChecks.MustNotReplace(target, path, given.GetRequiredValue(model));
            AtomicFile.Write(target, stream => Write(stream, ml, file, rows, path));
            tool.Say($"{rows.Count} rows scored: {target}");
            tool.Fact("rows", rows.Count);
            tool.Fact("output", target);
            tool.Code(() => GeneratedCode.OfScoring(file, given.GetRequiredValue(model), path));
        });
        return command;
    }

    private static void Write(Stream stream, MLContext ml, ModelFile file, IReadOnlyList<TableRow> rows, string path)
    {
        var separator = file.Roles.Separator is ' ' ? '\t' : file.Roles.Separator;
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        string[] added = file.Roles.Task == PortfolioTask.Regression ? ["Score"] : ["PredictedLabel", "Probability"];
        void Line(IEnumerable<string> fields) => writer.WriteLine(string.Join(separator, fields.Select(field => Quoted(field, separator))));
        if (file.Roles.Header is not null)
            Line([.. file.Roles.Open(path).Rows.First().Values, .. added]);
        foreach (var (row, (predicted, score)) in rows.Zip(file.Score(ml, rows)))
            Line([.. row.Line.Values, predicted, .. added.Length == 1 ? [] : (string[])[score.ToString("0.######",
                CultureInfo.InvariantCulture)]]);
    }

    // Beside tabs, quotes are characters like any other.
    private static string Quoted(string field, char separator) => separator != '\t'
        && field.AsSpan().IndexOfAny([separator, '"', '\n']) >= 0
        ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
}
