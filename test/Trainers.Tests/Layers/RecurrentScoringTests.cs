using Google.Protobuf;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Deployed recurrent networks as our own scorers run them, against the file's standard operators.</summary>
[TestClass]
public class RecurrentScoringTests
{
    private static readonly Dictionary<string, RecurrentOptions> Kinds = new()
    {
        ["lstm"] = new LstmOptions(),
        ["lstm, peepholes"] = new LstmOptions { Peepholes = true },
        ["lstm, coupled"] = new LstmOptions { CoupledInputForget = true },
        ["gru"] = new GruOptions(),
        ["rnn"] = new RnnOptions(),
        ["rnn, relu"] = new RnnOptions { Activation = RnnActivation.Relu },
    };

    public static IEnumerable<object[]> Cases =>
        from kind in Kinds.Keys from variant in Enumerable.Range(0, 8) select new object[] { kind, variant };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Kernels_give_what_the_file_s_operators_give(string kind, int variant)
    {
        RequireKernels();
        var options = Kinds[kind] with
        {
            Hidden = 13, Layers = 2, Bidirectional = variant % 2 == 1, LearnedInitialStates = variant / 2 % 2 == 1,
        };
        var (file, hasLengths) = (File(options, withLengths: variant < 4), variant < 4);
        var replaced = KernelModel.Of(file, null, out var usesKernels);
        Assert.IsTrue(usesKernels);
        Assert.IsFalse(ModelProto.Parser.ParseFrom(replaced).Graph.Node.Any(node => node.OpType is "LSTM" or "GRU" or "RNN"));
        using OnnxSession expected = OnnxSession.Load(file), found = OnnxSession.LoadWithKernels(file);
        foreach (var (time, batch) in ((int, int)[])[(1, 1), (7, 1), (5, 37)])
        {
            var random = new Random(time);
            var feed = new TensorInputs
            {
                ["x"] = TensorData.Create(
                    Enumerable.Range(0, time * batch * 5).Select(_ => random.NextSingle() * 2 - 1).ToArray(), time, batch, 5),
            };
            if (hasLengths)
                feed["lengths"] = TensorData.Create(Enumerable.Range(0, batch).Select(i => 1L + i % time).ToArray(), batch);
            var outputs = found.Run(feed);
            foreach (var (name, tensor) in expected.Run(feed))
            {
                CollectionAssert.AreEqual(tensor.Sizes.ToArray(), outputs[name].Sizes.ToArray(), name);
                foreach (var (one, other) in tensor.As<float>().Zip(outputs[name].As<float>()))
                    Assert.AreEqual(one, other, 1e-5f, name);
            }
        }
    }

    [TestMethod]
    [DataRow("clip")]
    [DataRow("activations")]
    [DataRow("direction")]
    [DataRow("weights")]
    public void What_no_kernel_computes_stays_as_it_is(string what)
    {
        RequireKernels();
        var model = ModelProto.Parser.ParseFrom(File(new LstmOptions { Hidden = 3 }, withLengths: false));
        var node = model.Graph.Node.Single(node => node.OpType == "LSTM");
        var attribute = what switch
        {
            "clip" => new AttributeProto { Name = what, Type = AttributeProto.Types.AttributeType.Float, F = 1 },
            "activations" => new() { Name = what, Type = AttributeProto.Types.AttributeType.Strings },
            "direction" => new() { Name = what, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8("reverse") },
            _ => null,
        };
        if (what == "activations")
            attribute!.Strings.AddRange(((string[])["Tanh", "Tanh", "Tanh"]).Select(ByteString.CopyFromUtf8));
        if (attribute is not null)
        {
            foreach (var old in node.Attribute.Where(old => old.Name == what).ToArray())
                node.Attribute.Remove(old);
            node.Attribute.Add(attribute);
        }
        else // a caller may give others
            model.Graph.Input.Add(new ValueInfoProto { Name = node.Input[1] });
        var bytes = model.ToByteArray();
        Assert.AreSame(bytes, KernelModel.Of(bytes, null, out var usesKernels));
        Assert.IsFalse(usesKernels);
    }

    [TestMethod]
    [DataRow(64, true)]
    [DataRow(65, false)]
    public void Wide_layers_stay_as_they_are(int hidden, bool expected)
    {
        RequireKernels();
        KernelModel.Of(File(new LstmOptions { Hidden = hidden }, withLengths: false), null, out var usesKernels);
        Assert.AreEqual(expected, usesKernels);
    }

    [TestMethod]
    public void A_file_that_names_kernels_itself_is_refused()
    {
        var model = ModelProto.Parser.ParseFrom(File(new LstmOptions { Hidden = 3 }, withLengths: false));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Kernel.Domain, Version = 1 });
        model.Graph.Node.Single(node => node.OpType == "LSTM").Domain = Kernel.Domain;
        Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.LoadWithKernels(model.ToByteArray()));
    }

    private static byte[] File(RecurrentOptions options, bool withLengths)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var x = network.Input("x", ElementType.Float, ["time", "batch", 5]);
        var run = network.Recurrent(
            new(network, x, withLengths ? network.Input("lengths", ElementType.Int64, ["batch"]) : null), options);
        network.Graph.Output("steps", Op.Identity(run.Output.Steps));
        for (var i = 0; i < run.LastStates.Count; i++)
            network.Graph.Output($"last_{i}", Op.Identity(run.LastStates[i]));
        ConstantFolding.Fold(network.Graph);
        return OnnxWriter.Write(network.Graph).ToByteArray();
    }

    private static void RequireKernels()
    {
        if (!KernelLibrary.IsOn())
            Assert.Inconclusive("Kernels are off.");
    }
}
