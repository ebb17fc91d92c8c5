using Examples;
using GraphsInTime.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphsInTime;

/// <summary>Tells two classes of people apart that differ only in which regions of their brains are coupled.</summary>
internal static class BrainExperiment
{
    private const string None = Forecaster.None;
    private const int Training = 600, Validation = 100, Test = 400;

    private static readonly Dictionary<string, Func<int, SequenceNetwork>> Networks = new()
    {
        ["convolution"] = Convolution,
        ["fcn"] = hidden => SequenceNetwork.Fcn(hidden),
        ["gru"] = hidden => SequenceNetwork.Gru(hidden),
        [None] = Convolution,
    };

    internal static string[] Names => [.. Networks.Keys];

    // A region's rhythm shows within a few steps.
    private static SequenceNetwork Convolution(int hidden) => SequenceNetwork.Custom("a convolution", (_, x) =>
        new(x, x.With(Op.Relu(x.Convolution(hidden, 9).Steps)).MeanPooling()));

    internal static void Run(MLContext ml, Options options)
    {
        BrainRow[] training = Brains.Generate(Training, 1), validation = Brains.Generate(Validation, 2), test = Brains.Generate(Test, 3);
        var rule = test.Average(person => (Balance(person) > 0) == person.Label ? 1.0 : 0);
        Console.WriteLine($"generated brains: {Brains.Regions} regions of {Brains.Steps} steps, {Training} people to train on, {Test} "
            + $"told apart; {test.Average(person => person.Edges.Length / 4.0):0.0} connections each");
        Console.WriteLine($"  {"the rule, by the connections",-34} accuracy {rule:0.000}");
        string[] networks = [.. options.NetworksOf(Names, "convolution").Append(None).Distinct()];
        var results = networks.ToDictionary(network => network, _ => new List<(double Accuracy, double Auc, double Seconds,
            double Difference)>());
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            foreach (var network in networks)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                using var model = ml.Graphs().GraphBinaryClassification(new GraphBinaryClassificationTrainer.Options
                {
                    Columns = new() { NodeFeatureCount = Brains.Steps },
                    Network = GraphNetwork.OverSeries(Networks[network](options.Hidden ?? 16), GraphNetwork.Gin(options.Hidden ?? 16,
                        options.Layers ?? 2, options.Dropout ?? 0)),
                    Hidden = options.Hidden ?? 16,
                    ValidationData = Rows(validation),
                }.With(options, seed, new(15, 32, 0.01f))).Fit(Rows(training));
                var seconds = clock.Elapsed.TotalSeconds;
                var metrics = ml.BinaryClassification.Evaluate(model.Transform(Rows(test)));
                model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
                LossCurves.Write(Path.Combine(options.Folder, $"{network}-loss"), $"generated brains, {network}: loss", "nats",
                    model.History.Epochs);
                results[network].Add((metrics.Accuracy, metrics.AreaUnderRocCurve, seconds,
                    model.Info.Verification!.LargestDifference));
                Console.WriteLine($"  {(network == None ? "a convolution without the graph" : network),-34} accuracy "
                    + $"{metrics.Accuracy:0.000}, AUC {metrics.AreaUnderRocCurve:0.000}, {seconds:0.0} s, seed {seed}");

                IDataView Rows(BrainRow[] people) => ml.Data.LoadFromEnumerable(network != None ? people
                    : people.Select(person => new BrainRow { NodeFeatures = person.NodeFeatures, Label = person.Label }));
            }
        foreach (var isAlike in (bool[])[true, false])
            Draw(Path.Combine(options.Folder, isAlike ? "same-rhythm" : "other-rhythm"), test.Where(person => person.Label == isAlike)
                .MaxBy(person => isAlike ? Balance(person) : -Balance(person))!);
        Console.WriteLine($"Models, same-rhythm.svg and other-rhythm.svg are in {options.Folder}");
        if (options.Json is not { } json)
            return;
        var figures = new Figures("generated brains", networks[0], options.Seed);
        figures.Add(networks[0], "task", Options.Brains);
        figures.Add(networks[0], "seeds", results[networks[0]].Count);
        figures.Add(networks[0], "rule_accuracy", rule);
        foreach (var (network, runs) in results.Where(of => of.Value.Count > 0))
        {
            figures.Add(network, "test_accuracy", runs.Average(run => run.Accuracy));
            figures.Add(network, "test_auc", runs.Average(run => run.Auc));
            figures.Add(network, "train_seconds", runs.Average(run => run.Seconds));
            figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
        }
        figures.Write(json);
    }

    // Connections of regions of one rhythm less those of regions of both, as if the rhythms were known.
    private static int Balance(BrainRow person)
    {
        var count = person.Edges.Length / 2;
        return Enumerable.Range(0, count).Sum(edge =>
            person.IsFast[person.Edges[edge]] == person.IsFast[person.Edges[count + edge]] ? 1 : -1);
    }

    private static void Draw(string path, BrainRow person)
    {
        var count = person.Edges.Length / 2;
        RegionPicture.Write(path, person.Label ? "Regions whose envelopes go together: coupled with the same rhythm, the clearest case"
            : "Regions whose envelopes go together: coupled with the other rhythm, the clearest case",
            [.. person.IsFast.Select((_, region) => $"{region + 1}")], person.IsFast, ("a period of 12 steps", "a period of 5 steps"),
            [.. Enumerable.Range(0, count).Select(edge => (person.Edges[edge], person.Edges[count + edge])).Where(edge =>
                edge.Item1 < edge.Item2)]);
    }
}
