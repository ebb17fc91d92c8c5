using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Models of others that packages bring: their numbers, and what training makes of them.</summary>
[TestClass]
public class RealModelTests
{
    private static void Agrees(ImportedModel model, OnnxSession original, OnnxSession graph, Dictionary<string, TensorData> inputs,
        double tolerance = 1e-5)
    {
        var actual = graph.Run(inputs);
        foreach (var (name, expected) in original.Run(inputs))
        {
            CollectionAssert.AreEqual(expected.Sizes.ToArray(), actual[name].Sizes.ToArray(), name);
            var largest = Math.Max(1, expected.As<float>().Max(Math.Abs));
            foreach (var (a, b) in expected.As<float>().Zip(actual[name].As<float>()))
                Assert.AreEqual(a, b, tolerance * largest, name);
        }
        Assert.IsNotEmpty(model.Weights);
    }

    [TestMethod]
    [DataRow("MiniLM")]
    [DataRow("ArcticXs")]
    public void A_sentence_encoder_gives_the_same_numbers(string name)
    {
        var model = RealModels.SentenceTransformer(name, "model.onnx");
        var imported = ImportedModel.Load(model);
        Assert.IsNull(imported.Report.Problem);
        Assert.IsGreaterThan(22_000_000, imported.Report.ParameterCount);
        using var original = OnnxSession.Load(model);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(imported.ToGraph()));
        var random = new Random(1);
        foreach (var (batch, time) in ((int, int)[])[(1, 1), (3, 17)])
            Agrees(imported, original, graph, imported.Inputs.ToDictionary(input => input.Name, input => TensorData.Create([.. Enumerable
                .Range(0, batch * time).Select(_ => (long)random.Next(input.Name == "input_ids" ? 30000 : 2))], batch, time)));
    }

    [TestMethod]
    public void Residual_networks_give_the_same_numbers()
    {
        var path = RealModels.InPackage("microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "ResNet18.onnx");
        var model = ImportedModel.Load(path);
        Assert.IsNull(model.Report.Problem);
        using var original = OnnxSession.Load(path);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
        Agrees(model, original, graph, new() { ["Input247"] = FiniteDifferences.Random(ElementType.Float, 1, 1, 3, 224, 224) });
    }

    // What comes before the detection's sigmoid, whose results are close to 0 where there is no text.
    private const string Logits = "p2o.Add.281";

    private static byte[] WithLogits(string part)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(RealModels.Reading(part)));
        if (part == "det")
            model.Graph.Output.Add(new ValueInfoProto { Name = Logits, Type = model.Graph.Output[0].Type.Clone() });
        return model.ToByteArray();
    }

    [TestMethod]
    [DataRow("rec", 48)]
    [DataRow("cls", 48)]
    [DataRow("det", 64)]
    public void Networks_that_read_pictures_of_text_give_the_same_numbers(string part, int height)
    {
        var file = WithLogits(part);
        var model = ImportedModel.Load(file);
        Assert.IsNull(model.Report.Problem);
        using var original = OnnxSession.Load(file);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
        foreach (var (batch, width) in ((int, int)[])[(1, 64), (2, 192)])
            Agrees(model, original, graph, new() { [model.Inputs[0].Name] = FiniteDifferences.Random(ElementType.Float, width, batch, 3,
                height, width) });
    }

    [TestMethod]
    [DataRow("MiniLM")]
    [DataRow("ArcticXs")]
    [DataRow("ResNet18")]
    [DataRow("rec")]
    [DataRow("cls")]
    [DataRow("det")]
    public void Gradients_agree_with_finite_differences_on_random_slices(string name)
    {
        var model = name switch
        {
            "ResNet18" => ImportedModel.Load(RealModels.InPackage("microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "ResNet18.onnx")),
            "rec" or "cls" or "det" => ImportedModel.Load(RealModels.Reading(name)),
            _ => ImportedModel.Load(RealModels.SentenceTransformer(name, "model.onnx")),
        };
        // Tables of embeddings have a rule of their own: their rows are read and updated.
        string[] trained = [.. model.Weights.Where(weight => weight.Operator is not "Gather").Select(weight => weight.Name)];
        string[] names = [.. ((int[])[0, trained.Length / 3, 2 * trained.Length / 3, trained.Length * 9 / 10]).Select(i => trained[i])];
        var tuning = new FineTuning { Frozen = [.. model.Weights.Select(weight => weight.Name).Except(names)] };
        var random = new Random(1);
        var inputs = model.Inputs.ToDictionary(input => input.Name, input => input.Type == ElementType.Int64
            ? TensorData.Create([.. Enumerable.Range(0, 22).Select(i => input.Name == "input_ids" ? random.Next(30000)
                : input.Name == "attention_mask" && i < 18 ? 1L : 0)], 2, 11)
            : FiniteDifferences.Random(ElementType.Float, 1, 1, 3, name == "ResNet18" ? 224 : name == "det" ? 64 : 48,
                name == "ResNet18" ? 224 : 96));
        string[]? outputs = name == "det" ? [Logits] : null;
        var values = new NetworkBuilder(new(), NetworkMode.Evaluation);
        model.Write(values, inputs.ToDictionary(input => input.Key, input => values.Graph.Constant(input.Value)));
        FiniteDifferences.CheckSlices(v => model.Write(
            new NetworkBuilder(v[0].Graph, NetworkMode.Training, names.Select((name, i) => KeyValuePair.Create(name, v[i]))),
            inputs.ToDictionary(input => input.Key, input => v[0].Graph.Constant(input.Value)), outputs, tuning).Values.First(),
            [.. names.Select(name => values.Parameters[name].Value)], 500);
    }

    private static Dictionary<string, TensorData> Sound(ImportedModel model, long rate, int batch, int seed)
    {
        var samples = rate == 16000 ? 512 : 256;
        return model.Inputs.ToDictionary(input => input.Name, input => input.Name == "sr" ? TensorData.Scalar(rate)
            : FiniteDifferences.Random(ElementType.Float, seed, input.Name == "input" ? [batch, samples] : [2, batch,
                input.Shape[2].Size]));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_recognizer_of_voices_with_branches_for_sampling_rates_gives_the_same_numbers(bool older)
    {
        var path = RealModels.Voice(older);
        var model = ImportedModel.Load(path);
        Assert.IsNull(model.Report.Problem);
        Assert.IsGreaterThan(1, model.Report.Operators["If"]);
        using var original = OnnxSession.Load(path);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
        foreach (var (rate, batch) in ((long, int)[])[(16000, 1), (8000, 1), (16000, 3), (8000, 2)])
            Agrees(model, original, graph, Sound(model, rate, batch, (int)rate + batch));
    }

    // Voices in batches of noise that the network takes for silence, trained until it takes them for voices.
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_recognizer_of_voices_is_trained_at_one_sampling_rate(bool older)
    {
        var model = ImportedModel.Load(RealModels.Voice(older));
        var inputs = Sound(model, 16000, 2, 1);
        var states = model.Inputs.Where(input => input.Name is not ("sr" or "input")).ToArray();
        Value Write(NetworkBuilder network, FineTuning tuning) => model.Write(network, model.Inputs.ToDictionary(input => input.Name,
            input => input.Name == "sr" ? network.Graph.Scalar(16000L)
                : network.Input(input.Name, input.Type, Shape.Of(inputs[input.Name].Sizes))), ["output"], tuning)["output"];
        var training = TrainingModel.Build(network => new(Op.ReduceMean(-Op.Log(Write(network, new() { Frozen = ["*forward_basis*"]
            })), keepDims: false)), new Adam());
        Assert.IsTrue(training.Parameters.All.All(one => older ? !one.Name.Contains("8k") : one.Name.Contains("then_branch")),
            "the other rate's weights stay");
        Assert.IsTrue(model.Weights.Any(weight => weight.Operator == "LSTM" && training.Parameters.Find(weight.Name) is not null),
            "recurrent weights are trained");
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        float first = 0, last = 0;
        for (var step = 0; step < 12; step++)
        {
            foreach (var input in states.Append(model.Inputs.Single(input => input.Name == "input")))
                session.Feed(input.Name, inputs[input.Name].As<float>(), [.. inputs[input.Name].Sizes]);
            last = session.Step(0.002f).Loss;
            first = step == 0 ? last : first;
        }
        Assert.IsLessThan(first / 2, last);
        using var original = OnnxSession.Load(RealModels.Voice(older));
        Assert.AreEqual(-Math.Log(original.Run(inputs)["output"].As<float>()[0] * original.Run(inputs)["output"].As<float>()[1]) / 2, first,
            1e-3, "it began with the file's numbers");
    }
}
