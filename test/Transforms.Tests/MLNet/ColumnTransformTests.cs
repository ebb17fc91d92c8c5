using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class ColumnTransformTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(3)]
        public float[] X { get; set; } = [];

        [VectorType]
        public float[] Y { get; set; } = [];

        public float Z { get; set; }

        [KeyType(4)]
        public uint Key { get; set; }
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(new[]
    {
        new Row { X = [1, 2, 3], Y = [9, 8], Z = 5, Key = 0 },
        new Row { X = [4, 5, 6], Y = [], Z = -1, Key = 3 },
    });

    [TestMethod]
    public void ColumnsConcatenateIntoAVectorWithSlotNames()
    {
        var data = Data();
        var model = _ml.Transforms.Concatenate("All", "X", "Z").Fit(data);
        foreach (ITransformer transformer in new[] { model, model.Reloaded(data.Schema) })
        {
            var all = transformer.Transform(data);
            Columns.AssertRows([[1f, 2, 3, 5], [4, 5, 6, -1]], all.Vectors<float>("All"));
            Assert.AreEqual("Vector<Single, 4>", all.Schema["All"].Type.ToString());
            Assert.AreEqual("Vector<String, 4>", all.Schema["All"].Annotations.Schema["SlotNames"].Type.ToString());
            CollectionAssert.AreEqual(new[] { "", "", "", "Z" }, all.SlotNames("All"));
        }
    }

    [TestMethod]
    public void AVariableVectorMakesTheResultVariable()
    {
        var all = _ml.Transforms.Concatenate("All", "Y", "Z").Fit(Data()).Transform(Data());
        Columns.AssertRows([[9f, 8, 5], [-1]], all.Vectors<float>("All"));
        Assert.AreEqual("Vector<Single>", all.Schema["All"].Type.ToString());
        Assert.IsFalse(all.Schema["All"].HasSlotNames());
    }

    [TestMethod]
    public void FittingAConcatenationDoesNotLookForItsColumns()
    {
        var model = _ml.Transforms.Concatenate("All", "X", "Nope").Fit(Data());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(Data()));
    }

    [TestMethod]
    public void OnlyOneItemTypeConcatenates()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("All", "X", "Key").Fit(Data()).Transform(Data()));
        var chain = _ml.Transforms.CopyColumns("K2", "Key").Append(_ml.Transforms.Concatenate("All", "Key", "K2"));
        Assert.ThrowsExactly<InvalidOperationException>(() => chain.Fit(Data()), "a chain asks the estimator, which rejects keys");
    }

    [TestMethod]
    public void SelectionKeepsItsOrderAndDroppingTheirs()
    {
        var data = Data();
        var selected = _ml.Transforms.SelectColumns("Z", "X").Fit(data);
        var dropped = _ml.Transforms.DropColumns("Y", "Key").Fit(data);
        CollectionAssert.AreEqual(new[] { "Z", "X" }, Names(selected.Transform(data)));
        CollectionAssert.AreEqual(new[] { "Z", "X" }, Names(selected.Reloaded(data.Schema).Transform(data)));
        CollectionAssert.AreEqual(new[] { "X", "Z" }, Names(dropped.Transform(data)));
        CollectionAssert.AreEqual(new[] { "X", "Z" }, Names(dropped.Reloaded(data.Schema).Transform(data)));
        CollectionAssert.AreEqual(new float[] { 5, -1 }, selected.Transform(data).Values<float>("Z"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.SelectColumns("Nope").Fit(data));
    }

    [TestMethod]
    public void HiddenColumnsAreSelectedOnRequest()
    {
        var data = Data();
        var hiding = _ml.Transforms.CopyColumns("Z", "Key").Fit(data).Transform(data);
        Assert.HasCount(5, hiding.Schema);
        Assert.HasCount(1, _ml.Transforms.SelectColumns("Z").Fit(hiding).Transform(hiding).Schema);
        Assert.HasCount(2, _ml.Transforms.SelectColumns(["Z"], keepHidden: true).Fit(hiding).Transform(hiding).Schema);
    }

    [TestMethod]
    public void CopiesTakeTheAnnotationsAlong()
    {
        var data = Data();
        var model = _ml.Transforms.Conversion.MapValueToKey("K", "Z").Append(_ml.Transforms.CopyColumns("L", "K")).Fit(data);
        var copied = model.Reloaded(data.Schema).Transform(data);
        Assert.AreEqual("Key<UInt32, 0-1>", copied.Schema["L"].Type.ToString());
        Assert.IsTrue(copied.Schema["L"].HasKeyValues(NumberDataViewType.Single));
    }

    [TestMethod]
    [DataRow(DataKind.Double, "Vector<Double, 3>")]
    [DataRow(DataKind.String, "Vector<String, 3>")]
    [DataRow(DataKind.Boolean, "Vector<Boolean, 3>")]
    public void VectorsConvertItemByItem(DataKind kind, string type)
    {
        var converted = _ml.Transforms.Conversion.ConvertType("C", "X", kind).Fit(Data()).Transform(Data());
        Assert.AreEqual(type, converted.Schema["C"].Type.ToString());
    }

    private sealed class Numbers
    {
        public int I { get; set; }

        public string Text { get; set; } = "";

        public ulong U { get; set; }

        public double D { get; set; }

        public bool B { get; set; }
    }

    [TestMethod]
    public void TypesConvertAsInMLNet()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Numbers { I = -3, Text = "2.5", U = 1UL << 40, D = 0.1, B = true } });
        Assert.AreEqual(-3f, Convert<float>(data, "I", DataKind.Single));
        Assert.AreEqual(-3L, Convert<long>(data, "I", DataKind.Int64));
        Assert.AreEqual(2.5, Convert<double>(data, "Text", DataKind.Double));
        Assert.AreEqual(0u, Convert<uint>(data, "U", DataKind.UInt32), "too large an unsigned value becomes 0");
        Assert.AreEqual(0.1f, Convert<float>(data, "D", DataKind.Single));
        Assert.AreEqual(1f, Convert<float>(data, "B", DataKind.Single));
        Assert.AreEqual("-3", Convert<ReadOnlyMemory<char>>(data, "I", DataKind.String).ToString());
        Assert.ThrowsExactly<InvalidOperationException>(() => Convert<int>(data, "Text", DataKind.Int32));
    }

    [TestMethod]
    public void SomeTypesDoNotConvert()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Numbers() });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Convert<int>(data, "D", DataKind.Int32), "a real is no integer");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Convert<uint>(data, "I", DataKind.UInt32), "nor a signed one unsigned");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Conversion.ConvertType("C", "Key").Fit(Data()), "a key is no number");
    }

    private T Convert<T>(IDataView data, string column, DataKind kind)
    {
        var model = _ml.Transforms.Conversion.ConvertType("C", column, kind).Fit(data);
        Assert.AreEqual(model.Transform(data).Schema["C"].Type, model.Reloaded(data.Schema).Transform(data).Schema["C"].Type);
        return model.Transform(data).Values<T>("C")[0];
    }

    [TestMethod]
    public void MinMaxScalesByTheLargestMagnitudeOrToTheUnitInterval()
    {
        var data = Data();
        var model = _ml.Transforms.NormalizeMinMax("N", "Z").Fit(data);
        foreach (ITransformer transformer in new[] { model, model.Reloaded(data.Schema) })
            AssertClose([1, -0.2f], transformer.Transform(data).Values<float>("N"));
        AssertClose([1, 0], _ml.Transforms.NormalizeMinMax("N", "Z", fixZero: false).Fit(data).Transform(data).Values<float>("N"));
        var slots = _ml.Transforms.NormalizeMinMax("N", "X", fixZero: false).Fit(data).Transform(data);
        Columns.AssertRows([[0f, 0, 0], [1, 1, 1]], slots.Vectors<float>("N"));
        Assert.IsTrue(slots.Schema["N"].IsNormalized());
    }

    [TestMethod]
    public void MeanVarianceGivesMeanZeroAndVarianceOne()
    {
        var data = Data();
        var model = _ml.Transforms.NormalizeMeanVariance("N", "X", fixZero: false).Fit(data);
        Columns.AssertRows([[-1f, -1, -1], [1, 1, 1]], model.Reloaded(data.Schema).Transform(data).Vectors<float>("N"));
        var parameters = (NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>)model.GetNormalizerModelParameters(0);
        AssertClose([2.5f, 3.5f, 4.5f], [.. parameters.Offset]);
        AssertClose([1 / 1.5f, 1 / 1.5f, 1 / 1.5f], [.. parameters.Scale]);
        // With zero fixed the values are divided by the root of their mean square, √((25 + 1) / 2).
        float root = MathF.Sqrt(13);
        AssertClose([5 / root, -1 / root], _ml.Transforms.NormalizeMeanVariance("N", "Z").Fit(data).Transform(data).Values<float>("N"));
    }

    [TestMethod]
    public void ConstantSlotsBecomeZeroAndVariableVectorsAreRejected()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { X = [1, 2, 3], Z = 4 }, new Row { X = [1, 5, 3], Z = 4 } });
        Columns.AssertRows([[0f, 0, 0], [0, 1, 0]], _ml.Transforms.NormalizeMinMax("N", "X", fixZero: false).Fit(data).Transform(data).Vectors<float>("N"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.CopyColumns("Y2", "Y").Append(_ml.Transforms.NormalizeMinMax("Y2")).Fit(data));
    }

    private static string[] Names(IDataView data) => data.Schema.Select(column => column.Name).ToArray();

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f, $"at {i}");
    }
}
