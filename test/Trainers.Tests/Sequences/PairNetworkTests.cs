using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Networks of pairs: gradients, what they are blind to, deployment, and what they refuse.</summary>
[TestClass]
public class PairNetworkTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] Pairs { get; set; } = [];

        [VectorType(0, 2)]
        public float[] First { get; set; } = [];

        [VectorType(0, 2)]
        public float[] Second { get; set; } = [];

        public string[] Label { get; set; } = [];
    }

    private static readonly Dictionary<string, Func<SequenceNetwork>> Networks = new()
    {
        ["map"] = () => SequenceNetwork.PairMap(SequenceNetwork.Gru(3, bidirectional: true), new() { Channels = 3, Blocks = 2 }),
        ["map without blocks"] = () => SequenceNetwork.PairMap(SequenceNetwork.Custom("steps", (_, x) => new(x)), new()
        {
            Channels = 4, Blocks = 0,
        }),
        ["matching"] = () => SequenceNetwork.Matching(new() { Hidden = 4, Heads = 2, Layers = 1, Iterations = 5 }),
    };

    public static IEnumerable<object[]> Cases => Networks.Keys.Select(name => new object[] { name });

    // Rows of three to six steps in each set; those that are near each other are pairs.
    private static List<Row> Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] Some() => [.. Enumerable.Range(0, 2 * random.Next(3, 7)).Select(_ => random.NextSingle())];
            float[] first = Some(), second = Some();
            (int I, int J)[] pairs = [.. from i in Enumerable.Range(0, Math.Min(first.Length, second.Length) / 2)
                from j in Enumerable.Range(0, Math.Min(first.Length, second.Length) / 2)
                select (i, j)];
            return new Row
            {
                First = first, Second = second, Pairs = [.. pairs.SelectMany(pair => new float[] { pair.I, pair.J })],
                Label = [.. pairs.Select(pair => Math.Abs(first[2 * pair.I] - second[2 * pair.J]) < 0.2 ? "yes" : "no")],
            };
        })];
    }

    private static SequenceTaggingTrainer.Options Options(string name) => new()
    {
        LabelColumnName = "Key", SequenceColumnName = nameof(Row.Pairs), Network = Networks[name](), Epochs = 2, BatchSize = 4,
        Inputs = name == "matching" ? [InputColumn.Series(nameof(Row.First)), InputColumn.Series(nameof(Row.Second))]
            : [InputColumn.Series(nameof(Row.First))],
    };

    private static IDataView View(IEnumerable<Row> rows) => Ml.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label))
        .Fit(Ml.Data.LoadFromEnumerable(rows)).Transform(Ml.Data.LoadFromEnumerable(rows));

    private static float[][] Scores(ITransformer model, IEnumerable<Row> rows) =>
        [.. model.Transform(View(rows)).GetColumn<float[]>("Score")];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Is_deployed_as_trained_and_blind_to_padding(string name)
    {
        var rows = Rows(24);
        using var model = Ml.Sequences().Tagging(Options(name)).Fit(View(rows));
        Assert.IsLessThan(1e-4, model.Info.Verification!.LargestDifference);
        // Alone, and beside others that are longer.
        var all = Scores(model, rows);
        for (var i = 0; i < 4; i++)
            foreach (var (one, other) in all[i].Zip(Scores(model, [rows[i], rows[i]])[0]))
                Assert.AreEqual(one, other, 1e-5f);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_saved_model_gives_the_same(string name)
    {
        var rows = Rows(12);
        var data = View(rows);
        using var model = Ml.Sequences().Tagging(Options(name)).Fit(data);
        using var folder = new TemporaryFolder();
        Ml.Model.SaveWhole(model, data.Schema, folder.File("model.zip"));
        var loaded = Ml.Model.Load(folder.File("model.zip"), out _).Transform(data).GetColumn<float[]>("Score");
        foreach (var (expected, actual) in Scores(model, rows).Zip(loaded))
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-5f);
    }

    [TestMethod]
    public void Order_doesn_t_matter_where_it_should_not()
    {
        var rows = Rows(12);
        using var map = Ml.Sequences().Tagging(Options("map")).Fit(View(rows));
        foreach (var (one, other) in Scores(map, rows)[0].Zip(Scores(map, [.. rows.Select(row => new Row
        {
            First = row.First, Second = row.Second, Label = row.Label,
            Pairs = [.. row.Pairs.Chunk(2).SelectMany(pair => pair.Reverse())],
        })])[0]))
            Assert.AreEqual(one, other, 1e-5f, "a pair the other way round");

        using var matching = Ml.Sequences().Tagging(Options("matching")).Fit(View(rows));
        // The elements of the first set in reverse order, and the pairs' numbers with them.
        foreach (var (one, other) in Scores(matching, rows)[0].Zip(Scores(matching, [.. rows.Select(row => new Row
        {
            First = [.. row.First.Chunk(2).Reverse().SelectMany(point => point)], Second = row.Second, Label = row.Label,
            Pairs = [.. row.Pairs.Chunk(2).SelectMany(pair => new[] { row.First.Length / 2 - 1 - pair[0], pair[1] })],
        })])[0]))
            Assert.AreEqual(one, other, 1e-5f, "elements in another order");
    }

    // The parameters and the items are inputs of the function checked.
    [TestMethod]
    [DataRow("map", 2)]
    [DataRow("map", 3)]
    [DataRow("map without blocks", 1)]
    [DataRow("matching", 1)]
    [DataRow("matching", 2)]
    [DataRow("matching", 3)]
    public void Gradient_of_items_and_all_parameters(string name, int point)
    {
        float[] pairs = [0, 1, 2, 0, 3, 1, 1, 1, 0, 0, 1, 2];
        // The map's convolutions are in single precision alone.
        var type = name == "matching" ? ElementType.Double : ElementType.Float;
        Value Encode(NetworkBuilder network, Value? first, Value? second)
        {
            Value Declared(string input) => network.Input(input, ElementType.Float, [4, 2, 2]);
            Sequence x = new(network, network.Graph.Constant(TensorData.Create(pairs, 3, 2, 2)), null)
            {
                Inputs = new(new Dictionary<string, Sequence>
                {
                    ["First"] = new(network, first ?? Declared("First"), network.Graph.Vector(4L, 3L)),
                    ["Second"] = new(network, second ?? Declared("Second"), network.Graph.Vector(2L, 4L)),
                })
                {
                    OfNetwork = name == "matching" ? ["First", "Second"] : ["First"],
                },
            };
            return Networks[name]().Encode(x).Steps.Steps;
        }
        var shapes = new ParameterSet();
        Encode(new(shapes, NetworkMode.Evaluation), null, null);
        TensorData[] at =
        [
            FiniteDifferences.Random(type, 10 * point, 4, 2, 2),
            FiniteDifferences.Random(type, 10 * point + 1, 4, 2, 2),
            .. shapes.All.Select((parameter, i) =>
                FiniteDifferences.Random(type, 100 * point + i, [.. parameter.Value.Sizes])),
        ];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(2), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var y = Encode(new(values[0].Graph, NetworkMode.Training, weights), values[0], values[1]);
            return name == "matching" ? y : y + 0 * Op.ReduceSum(values[1], keepDims: false);
        }, at, tolerance: name == "matching" ? null : 4e-3, step: name == "matching" ? null : 1e-3);
    }

    [TestMethod]
    public void A_pair_that_is_not_there_is_an_error_and_has_no_score_in_the_file()
    {
        var rows = Rows(12);
        using var model = Ml.Sequences().Tagging(Options("matching")).Fit(View(rows));
        void Is(int row, int at, float number)
        {
            var before = rows[row].Pairs[at];
            rows[row].Pairs[at] = number;
            StringAssert.Contains(Assert.Throws<Exception>(() => Scores(model, rows)).ToString(), string.Create(
                CultureInfo.InvariantCulture, $"Column 'Pairs', row {row}, pair 0: the number {number}, expected whole ones from 0 to"));
            // Numbers as inputs of the file itself: the pair alone has NaN.
            using var folder = new TemporaryFolder();
            model.ExportToOnnx(folder.File("pairs.onnx"));
            using var session = OnnxSession.Load(folder.File("pairs.onnx"));
            var scores = session.Run(model.Info.Inputs.Select(input => (input.InputName, Values: input.Column switch
            {
                nameof(Row.Pairs) => rows[row].Pairs, nameof(Row.First) => rows[row].First, _ => rows[row].Second,
            })).SelectMany(input => (KeyValuePair<string, TensorData>[])[
                new(input.InputName, TensorData.Create([.. input.Values], 1, input.Values.Length / 2, 2)),
                new(input.InputName == "features" ? "lengths" : $"{input.InputName}_lengths",
                    TensorData.Vector((long)input.Values.Length / 2))]).ToDictionary()).Values.First().As<float>();
            Assert.IsTrue(float.IsNaN(scores[0]) && float.IsNaN(scores[1]), $"row {row}");
            Assert.IsTrue(scores[2..].All(float.IsFinite), $"row {row}");
            rows[row].Pairs[at] = before;
        }
        Is(0, 0, rows[0].First.Length);
        Is(1, 1, -1);
        Is(2, 0, 0.5f);
    }

    [TestMethod]
    public void Bad_pairs_and_inputs_are_named()
    {
        void Fails(string message, Action<List<Row>>? change = null, Action<SequenceTaggingTrainer.Options>? set = null)
        {
            var (rows, options) = (Rows(6), Options("matching"));
            change?.Invoke(rows);
            var error = Assert.Throws<Exception>(() =>
            {
                set?.Invoke(options);
                Ml.Sequences().Tagging(options).Fit(View(rows)).Dispose();
            });
            StringAssert.Contains(error.Message, message);
        }
        Fails("Column 'Pairs', row 2, pair 1: the number 9, expected whole ones from 0 to", rows => rows[2].Pairs[2] = 9);
        Fails("Column 'Pairs', row 0, pair 0: the number -1, expected whole ones", rows => rows[0].Pairs[1] = -1);
        Fails("Column 'Pairs', row 0, pair 0: the number 0.5, expected whole ones", rows => rows[0].Pairs[0] = 0.5f);
        Fails("reads pairs of steps of 2 series or tokens; expected as many", set: options => options.Inputs = [options.Inputs[0]]);
        Fails("reads pairs of steps of 1 series or tokens; expected as many", set: options => options.Network = Networks["map"]());
        Fails("InputDropout is 0.1; expected 0", set: options => options.InputDropout = 0.1f);
        Fails("Heads is 3; expected a number that divides Hidden, 4", set: options => options.Network = SequenceNetwork.Matching(new()
        {
            Hidden = 4, Heads = 3,
        }));
        Fails("Dilations is 0; expected numbers of at least 1", set: options => options.Network = SequenceNetwork.PairMap(options: new()
        {
            Dilations = [0],
        }));
    }
}
