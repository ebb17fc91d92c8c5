using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg bench</c>: how fast a model scores the rows of a file, many at a time and one by one.</summary>
internal static class BenchCommand
{
    internal static Command Of(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "model.zip" };
        var data = new Option<string>("--data") { Description = "a file of rows; they may lack the label", Required = true };
        var seconds = new Option<double>("--seconds") { Description = "how long each is measured", DefaultValueFactory = _ => 3 };
        var command = new Command("bench", "Measures how fast a model scores a file: rows a second in batches, milliseconds a row alone.")
        {
            model, data, seconds,
        };
        command.SetAction(given =>
        {
            given.Check(seconds, time => time is > 0 and <= 3600, "a number above 0 and at most 3600");
            var time = given.GetValue(seconds);
            var ml = new MLContext();
            var file = ModelFile.Load(ml, given.GetRequiredValue(model));
            var rows = file.Roles.Read(given.GetRequiredValue(data), labelNeeded: false);
            var view = ModelFile.View(ml, file.Roles, rows);
            var batched = Measure(time, tool.Cancel, _ => ReadAll(file.Transformer.Transform(view)));
            var alone = file.Roles.Task == PortfolioTask.Regression ? One<ScoredNumber>(ml, file, rows, time, tool.Cancel)
                : One<ScoredClass>(ml, file, rows, time, tool.Cancel);
            double[] sorted = [.. alone.Select(one => one * 1000).Order()];
            var speed = rows.Count / batched.Order().ElementAt(batched.Count / 2);
            double At(double share) => sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
            tool.Say(FormattableString.Invariant($"{rows.Count} rows in batches: {speed:0} rows/s (median of {batched.Count} passes)"));
            tool.Say(FormattableString.Invariant(
                $"a row alone: {At(0.5):0.000} ms, 95 % within {At(0.95):0.000} ms ({sorted.Length} rows)"));
            tool.Say($"{Environment.ProcessorCount} cores, .NET {Environment.Version}");
            tool.Fact("rows", rows.Count);
            tool.Fact("rows_per_second", speed);
            tool.Fact("passes", batched.Count);
            tool.Fact("milliseconds_per_row", At(0.5));
            tool.Fact("milliseconds_per_row_95", At(0.95));
            tool.Fact("cores", Environment.ProcessorCount);
        });
        return command;
    }

    // Seconds of each run, the first not counted: it loads what later ones have.
    private static List<double> Measure(double seconds, CancellationToken cancel, Action<int> run)
    {
        run(0);
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (times.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            cancel.ThrowIfCancellationRequested();
            var begin = Stopwatch.GetTimestamp();
            run(times.Count + 1);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        return times;
    }

    private static List<double> One<T>(MLContext ml, ModelFile file, IReadOnlyList<TableRow> rows, double seconds, CancellationToken cancel)
        where T : class, new()
    {
        using var engine = ml.Model.CreatePredictionEngine<TableRow, T>(file.Transformer, inputSchemaDefinition:
            ModelFile.SchemaOf(file.Roles));
        return Measure(seconds, cancel, run => engine.Predict(rows[run % rows.Count]));
    }

    private static void ReadAll(IDataView scored)
    {
        var score = scored.Schema["Score"];
        using var cursor = scored.GetRowCursor([score]);
        if (score.Type is VectorDataViewType)
        {
            var getter = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> value = default;
            while (cursor.MoveNext())
                getter(ref value);
            return;
        }
        var single = cursor.GetGetter<float>(score);
        var number = 0f;
        while (cursor.MoveNext())
            single(ref number);
    }

    private sealed class ScoredClass
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class ScoredNumber
    {
        public float Score { get; set; }
    }
}
