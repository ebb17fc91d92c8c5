using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Networks of timed events: gradients, padding, a rule that is found, new nodes, files.</summary>
[TestClass]
public class FutureLinkTests
{
    private const int Time = 3, Batch = 2, Features = TemporalGraph.BuiltIn;
    private readonly MLContext _ml = new(1);

    private static readonly Dictionary<string, SequenceNetwork> Networks = new()
    {
        ["TGN"] = SequenceNetwork.Tgn(4, heads: 2, timeSize: 2, dropout: 0), ["JODIE"] = SequenceNetwork.Jodie(4),
    };

    public static IEnumerable<object[]> Cases => Networks.Keys.Select(name => new object[] { name });

    private static EncodedSequence Encode(NetworkBuilder network, string name, Value[] histories, Value? lengths)
    {
        Sequence Of(int i) => new(network, histories[i], lengths);
        return Networks[name].Encode(new(network, histories[0], lengths)
        {
            Inputs = new(new Dictionary<string, Sequence>
            {
                ["SourceEvents"] = Of(1), ["ContextEvents"] = Of(2), ["Age"] = new(network, histories[3], null),
            }) { OfNetwork = ["SourceEvents", "ContextEvents", "Age"] },
        });
    }

    private static Value[] Inputs(NetworkBuilder network) =>
        [.. Enumerable.Range(0, 4).Select(i => network.Input($"x{i}", ElementType.Float,
        i < 3 ? [Time, Batch, Features] : [1, Batch, 2]))];

    private static TensorData Random(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Float, seed, sizes);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradient_of_inputs_and_all_parameters(string name)
    {
        var shapes = new ParameterSet();
        var evaluated = new NetworkBuilder(shapes, NetworkMode.Evaluation);
        Encode(evaluated, name, Inputs(evaluated), null);
        TensorData[] at = [.. Enumerable.Range(0, 4).Select(i => i < 3 ? Random(i, Time, Batch, Features) : Random(i, 1, Batch, 2)),
            .. shapes.All.Select((parameter, i) => Random(10 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(4), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var encoded = Encode(new(values[0].Graph, NetworkMode.Training, weights), name, values, values[0].Graph.Vector(2L, Time));
            return Op.Concat(0, Op.Reshape(encoded.Steps.Masked, [Time * Batch * 4]), Op.Reshape(encoded.Final!, [Batch * 4]));
        }, at, tolerance: 5e-3, step: 5e-3);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_stands_past_a_length_changes_nothing(string name)
    {
        float[] Run(NetworkMode mode, float padding)
        {
            var parameters = new ParameterSet();
            var shapes = new NetworkBuilder(parameters, NetworkMode.Evaluation, seed: 3);
            Encode(shapes, name, Inputs(shapes), null);
            var graph = new Graph("test");
            var network = new NetworkBuilder(graph, mode, parameters.All.ToDictionary(parameter => parameter.Name,
                parameter => graph.Constant(parameter.Value)));
            network.Graph.Output("y", Encode(network, name, Inputs(network), network.Graph.Vector(1L, Time)).Final!);
            using var session = new OnnxSession(network.Graph);
            var feed = network.Graph.Inputs.ToDictionary(input => input.Name, input =>
                Random(input.Name.Sum(letter => letter), [.. input.Shape.Select(dim => dim.Size)]));
            for (var i = 0; i < 3; i++)
                for (var step = 1; step < Time; step++)
                    Array.Fill(feed[$"x{i}"].As<float>(), padding, step * Batch * Features, Features);
            return session.Run(feed)["y"].As<float>();
        }
        foreach (var mode in (NetworkMode[])[NetworkMode.Evaluation, NetworkMode.Deployment])
            CollectionAssert.AreEqual(Run(mode, 0), Run(mode, 9));
        var (trained, deployed) = (Run(NetworkMode.Evaluation, 1), Run(NetworkMode.Deployment, 1));
        for (var i = 0; i < trained.Length; i++)
            Assert.AreEqual(trained[i], deployed[i], 1e-5f);
    }

    private sealed class Message
    {
        public double Time { get; set; }

        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    // People answer who wrote to them last; a third of the messages begin something new.
    private static Message[] Answers(int count)
    {
        var random = new Random(1);
        var last = new Dictionary<int, int>();
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            var (source, other) = (random.Next(12), 1 + random.Next(11));
            var target = random.Next(3) > 0 && last.TryGetValue(source, out var writer) ? writer : (source + other) % 12;
            last[target] = source;
            return new Message { Time = number, Source = $"p{source}", Target = $"p{target}" };
        })];
    }

    [TestMethod]
    [DataRow("TGN", 0.6)]
    [DataRow("JODIE", 0.6)]
    public void A_rule_is_found_and_new_people_follow_it(string name, double least)
    {
        var graph = _ml.Data.TemporalGraph(_ml.Data.LoadFromEnumerable(Answers(700)), options: new() { HistoryLength = 5 });
        var trainer = _ml.Graphs().FutureLinkPrediction(graph, new()
        {
            Network = name == "TGN" ? SequenceNetwork.Tgn(16) : SequenceNetwork.Jodie(16), Epochs = 12, LearningRate = 0.01f,
            Target = ExecutionTarget.Cpu(1),
        });
        using var model = trainer.Fit(graph.Questions(0, 550, negatives: 5));
        Assert.IsLessThan(1e-4, model.Info.Verification!.LargestDifference);
        var ranks = _ml.Graphs().EvaluateLinkRanking(model.Transform(graph.Candidates(550, 700)), "Query");
        // Two thirds are answers; anybody of eleven else.
        Assert.IsGreaterThan(least, ranks.MeanReciprocalRank);

        // Somebody new writes to p0: p0 rather writes back to them than to others. Nothing is trained again.
        graph.Append(_ml.Data.LoadFromEnumerable((Message[])[new() { Time = 700, Source = "new", Target = "p0" }]));
        Message[] pairs = [.. ((string[])["new", "p1", "p2", "p3", "nobody"]).Select(target => new Message
        {
            Time = 701, Source = "p0", Target = target,
        })];
        var asked = graph.Ask(_ml.Data.LoadFromEnumerable(pairs));
        var scores = model.Transform(asked).GetColumn<float>("Score").ToArray();
        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsLessThanOrEqualTo(name == "TGN" ? 0 : 1, scores[1..4].Count(score => score > scores[0]));

        // A saved model says the same of the rows, without the graph.
        using var file = new MemoryStream();
        _ml.Model.Save(model, asked.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var again = loaded.Transform(asked).GetColumn<float>("Score").ToArray();
        ((IDisposable)loaded).Dispose();
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], again[i], 1e-4f);
    }

    [TestMethod]
    public void Other_inputs_than_histories_are_refused()
    {
        static void Refused(string expected, SequenceNetwork network, int features) => StringAssert.Contains(
            Assert.Throws<GraphException>(() =>
            {
                var builder = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
                network.Encode(new(builder, builder.Input("x", ElementType.Float, [Time, "batch", features]), null));
            }).Message, expected);
        Refused("TGN: expected histories of TemporalGraph, of at least 12 features a step; got", SequenceNetwork.Tgn(), 3);
        Refused("JODIE: expected a hidden size of at least 1; got 0", SequenceNetwork.Jodie(0), 12);
        Refused("3 heads don't divide the hidden 4", SequenceNetwork.Tgn(4, 3), 12);
    }
}
