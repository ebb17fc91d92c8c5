namespace MLSeqGraph.Onnx.Tests.Deployment;

[TestClass]
public class PrecisionConversionTests
{
    private const int Vocabulary = 80, Width = 32, Steps = 5;

    private static TensorData Weight(int seed, float scale, params long[] sizes) =>
        TensorData.Create(Initializers.Normal(scale)(sizes, new Random(seed)), sizes);

    // A table, a product outside and one inside a loop, and a bias.
    private static byte[] Model(float scale = 0.3f, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var graph = new Graph("model");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", Steps]);
        var x = Op.Transpose(Op.Gather(graph.Constant(Weight(1, 1, Vocabulary, Width)), tokens), 1, 0, 2);
        Value inside = graph.Constant(Weight(2, 0.2f, Width, Width)), outside = graph.Constant(Weight(3, scale, Width, 24));
        var bias = graph.Constant(Weight(4, scale, 24));
        var (last, _) = Op.Scan([Op.Filled(0f, ["batch", Width], tokens)], [x], (states, slices) =>
            ([Op.Tanh(slices[0] + Op.MatMul(states[0], inside))], []));
        graph.Output("y", Op.MatMul(last[0], outside) + bias);
        return OnnxFile.ToBytes(graph, metadata);
    }

    private static float[] Run(byte[] model)
    {
        var random = new Random(5);
        long[] tokens = [.. Enumerable.Range(0, 7 * Steps).Select(_ => (long)random.Next(Vocabulary))];
        using var session = OnnxSession.Load(model, ExecutionTarget.Cpu(1));
        return session.Run(new Dictionary<string, TensorData> { ["tokens"] = TensorData.Create(tokens, 7, Steps) })["y"].As<float>();
    }

    [TestMethod]
    public void A_file_with_two_digests_is_refused()
    {
        // files of protocol buffers one after the other are one with the parts of both
        var twice = new Proto.ModelProto { MetadataProps = { new Proto.StringStringEntryProto { Key = ModelDigest.Key, Value = "x" },
            new Proto.StringStringEntryProto { Key = ModelDigest.Key, Value = "y" } } };
        byte[] model = [.. Model(), .. Google.Protobuf.MessageExtensions.ToByteArray(twice)];
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => OnnxFile.Convert(model, Precision.Int8)).Message,
            "times, expected once");
    }

    [TestMethod]
    [DataRow(Precision.Half, 1e-3f, 0.55)]
    [DataRow(Precision.Int8, 0.03f, 0.42)]
    [DataRow(Precision.DynamicInt8, 0.1f, 0.45)]
    public void Results_stay_close_and_files_get_small(Precision precision, float tolerance, double share)
    {
        var model = Model();
        var converted = OnnxFile.Convert(model, precision);
        float[] expected = Run(model), found = Run(converted);
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance * largest);
        Assert.IsFalse(expected.SequenceEqual(found), "nothing was rounded");
        Assert.IsLessThan(share, converted.Length / (double)model.Length);
    }

    [TestMethod]
    [DataRow(Precision.Half)]
    [DataRow(Precision.Int8)]
    [DataRow(Precision.DynamicInt8)]
    public void The_size_of_weights_changes_nothing_but_the_result(Precision precision)
    {
        // powers of two: 1e-30 and 1e30, nearly
        foreach (var exponent in (int[])[-100, 100])
        {
            var factor = MathF.ScaleB(1, exponent);
            var expected = Run(OnnxFile.Convert(Model(), precision)).Select(value => value * factor).ToArray();
            CollectionAssert.AreEqual(expected, Run(OnnxFile.Convert(Model(0.3f * factor), precision)));
        }
    }

    [TestMethod]
    public void Products_of_integers_stand_where_they_were_asked_for()
    {
        string[] Operators(Precision precision) => [.. OnnxFile.Inspect(OnnxFile.Convert(Model(), precision)).Operators.Keys];
        CollectionAssert.Contains(Operators(Precision.DynamicInt8), "MatMulInteger");
        CollectionAssert.DoesNotContain(Operators(Precision.Int8), "MatMulInteger");
        CollectionAssert.DoesNotContain(Operators(Precision.DynamicInt8), "MatMul");
    }

    [TestMethod]
    public void Converted_files_have_a_digest_of_their_own_and_say_their_precision()
    {
        var model = Model(metadata: new Dictionary<string, string> { ["author"] = "somebody" });
        var converted = OnnxFile.Convert(model, Precision.Int8);
        var metadata = OnnxFile.ReadMetadata(converted);
        Assert.AreEqual("somebody", metadata["author"]);
        Assert.AreEqual("Int8", metadata[PrecisionConversion.Key]);
        Assert.AreNotEqual(OnnxFile.ReadMetadata(model)[ModelDigest.Key], metadata[ModelDigest.Key]);
        ModelDigest.Check(converted, "model");
        var damaged = converted.ToArray();
        damaged[^200] ^= 1;
        Assert.ThrowsExactly<InvalidDataException>(() => ModelDigest.Check(damaged, "model"));
    }

    [TestMethod]
    public void What_can_not_be_converted_is_named()
    {
        var graph = new Graph("model");
        var weight = graph.Constant(TensorData.Create([.. Enumerable.Repeat(1f, 1023), float.NaN], 32, 32), "weight");
        graph.Output("y", Op.MatMul(graph.Input("x", ElementType.Float, ["batch", 32]), weight));
        var model = OnnxFile.ToBytes(graph);
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => OnnxFile.Convert(model, Precision.Half)).Message, weight.Name);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => OnnxFile.Convert(model, (Precision)9));
        Assert.ThrowsExactly<OnnxFileException>(() => OnnxFile.Convert([1, 2, 3], Precision.Half));
        Assert.AreSame(model, OnnxFile.Convert(model, Precision.Single));
    }
}
