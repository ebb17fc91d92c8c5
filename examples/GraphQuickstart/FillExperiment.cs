using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>
/// Missing attributes: those of a share of the nodes are hidden altogether, and filled in by a network, by the mean of the node's neighbors
/// and by the mean of all.
/// </summary>
internal static class FillExperiment
{
    private const int Best = 10;

    private sealed record Result(double Error, double Precision, double Recall);

    internal static void Run(MLContext ml, Func<int, NodeData> load, Options options)
    {
        Dictionary<string, List<Result>> results = [];
        var (name, seconds, difference) = ("", 0.0, 0.0);
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var data = load(seed);
            name = data.Name;
            float[][] truth = [.. data.Rows.Select(row => row.Features.DenseValues().ToArray())];
            var random = new Random(seed);
            bool[] isHidden = [.. truth.Select(_ => random.NextDouble() < options.TestFraction)];
            var areBinary = truth.All(row => row.All(value => value is 0 or 1));
            var clock = Stopwatch.StartNew();
            using var model = ml.Graphs().NodeImputation(new()
            {
                Edges = data.Edges, NodeIdColumnName = nameof(NodeRow.Id), AreBinary = areBinary,
                Network = GraphNetwork.Sage(options.Hidden ?? 64, options.Layers ?? 2, options.Dropout ?? 0),
                Epochs = options.Epochs ?? 200, LearningRate = options.LearningRate ?? 0.01f,
                Optimizer = new Adam { WeightDecay = options.WeightDecay ?? 0 }, Seed = seed,
                Target = ExecutionTarget.Cpu(options.Threads), StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
            }).Fit(Hidden(ml, data, isHidden));
            seconds += clock.Elapsed.TotalSeconds;
            difference = Math.Max(difference, model.Info.Verification!.LargestDifference);
            float[][] filled = [.. model.Transform(Hidden(ml, data, isHidden)).GetColumn<float[]>("Score")];
            var mean = Mean([.. truth.Where((_, node) => !isHidden[node])], truth[0]);
            Dictionary<string, float[][]> found = new()
            {
                ["network"] = filled, ["mean of neighbors"] = OfNeighbors(data, truth, isHidden, mean),
                ["mean of all"] = [.. truth.Select(_ => mean)],
            };
            foreach (var (way, rows) in found)
            {
                var result = Measure(truth, rows, isHidden);
                results.TryAdd(way, []);
                results[way].Add(result);
                Console.WriteLine($"{name}, seed {seed}, {way}: root mean square error {result.Error:0.0000}"
                    + (areBinary ? $", average precision {result.Precision:0.0000}, recall among the best {Best} {result.Recall:0.0000}"
                        : ""));
            }
            model.ExportToOnnx(Path.Combine(options.Folder, "filling.onnx"));
        }
        foreach (var (way, of) in results)
            Console.WriteLine($"{way}: root mean square error {of.Average(result => result.Error):0.0000}, average precision "
                + $"{of.Average(result => result.Precision):0.0000}, recall {of.Average(result => result.Recall):0.0000}, "
                + $"{of.Count} seeds");
        Console.WriteLine($"{seconds:0.0} s; filling.onnx is in {options.Folder}");
        if (options.Json is not { } json)
            return;
        var figures = new Figures(name, "network", options.Seed);
        foreach (var (way, of) in results)
        {
            figures.Add(way, "task", "node-imputation");
            figures.Add(way, "root_mean_square_error", of.Average(result => result.Error));
            figures.Add(way, "average_precision", of.Average(result => result.Precision));
            figures.Add(way, "recall_at_10", of.Average(result => result.Recall));
            figures.Add(way, "seeds", of.Count);
        }
        figures.Add("network", "train_seconds", seconds);
        figures.Add("network", "onnx_max_difference", difference);
        figures.Write(json);
    }

    private static IDataView Hidden(MLContext ml, NodeData data, bool[] isHidden)
    {
        var schema = SchemaDefinition.Create(typeof(NodeRow));
        var width = data.Rows[0].Features.Length;
        schema[nameof(NodeRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        var none = new VBuffer<float>(width, [.. Enumerable.Repeat(float.NaN, width)]);
        return ml.Data.LoadFromEnumerable(data.Rows.Select((row, node) => new NodeRow
        {
            Id = row.Id, Features = isHidden[node] ? none : row.Features,
        }).ToArray(), schema);
    }

    private static float[][] OfNeighbors(NodeData data, float[][] truth, bool[] isHidden, float[] otherwise)
    {
        List<float[]>[] known = [.. truth.Select(_ => new List<float[]>())];
        foreach (var (source, target) in data.EndRows())
        {
            if (!isHidden[source])
                known[target].Add(truth[source]);
            if (!isHidden[target])
                known[source].Add(truth[target]);
        }
        return [.. known.Select(rows => Mean([.. rows], otherwise))];
    }

    private static float[] Mean(float[][] rows, float[] otherwise) => rows.Length == 0 ? otherwise
        : [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(row => row[i]))];

    // Of hidden nodes: errors of all attributes, and how those that are there rank among the others of all nodes and of each.
    private static Result Measure(float[][] truth, float[][] found, bool[] isHidden)
    {
        int[] hidden = [.. Enumerable.Range(0, truth.Length).Where(node => isHidden[node])];
        var squares = hidden.Average(node => truth[node].Zip(found[node], (t, f) => (double)(t - f) * (t - f)).Average());
        double right = 0, precision = 0, there = hidden.Sum(node => truth[node].Count(value => value > 0)), rank = 0, recall = 0;
        foreach (var (score, isThere) in hidden.SelectMany(node => found[node].Zip(truth[node], (f, t) => (f, t > 0)))
            .OrderByDescending(pair => pair.f))
        {
            rank++;
            if (isThere)
                precision += ++right / rank;
        }
        foreach (var node in hidden)
            recall += Enumerable.Range(0, truth[node].Length).OrderByDescending(i => found[node][i]).Take(Best)
                .Count(i => truth[node][i] > 0) / (double)Math.Max(1, truth[node].Count(value => value > 0));
        return new(Math.Sqrt(squares), precision / Math.Max(1, there), recall / hidden.Length);
    }
}
