using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>What ML.NET's OnnxTransformer does and does not do, as far as models of ours depend on it.</summary>
[TestClass]
public sealed class OnnxTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Fixed { get; set; } = [0, 0, 0];

        [VectorType]
        public float[] Variable { get; set; } = [];

        public float Scalar { get; set; }

        [KeyType(9), VectorType]
        public uint[] Tokens { get; set; } = [];

        [VectorType]
        public int[] Ints { get; set; } = [];

        [VectorType(2)]
        public string[] Texts { get; set; } = ["", ""];
    }

    private sealed class Doubled
    {
        [ColumnName("Out")]
        public float[] Out { get; set; } = [];
    }

    private IDataView Data(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    /// <summary>Doubles a float input.</summary>
    private static OnnxBytes Double(string input, object?[] inputShape, object?[] outputShape) => new OnnxBytes()
        .Input(input, OnnxBytes.Float, inputShape).Output("Out", OnnxBytes.Float, outputShape).Node("Add", [input, input], ["Out"]);

    private IDataView Apply(OnnxBytes model, params Row[] rows)
    {
        var data = Data(rows);
        return _ml.Transforms.ApplyOnnxModel(model.ToStream()).Fit(data).Transform(data);
    }

    [TestMethod]
    public void AnUnknownFirstDimensionIsOne()
    {
        var result = Apply(Double("Fixed", ["batch", 3], ["batch", 3]), new Row { Fixed = [1, 2, 3] }, new Row { Fixed = [4, 5, 6] });
        Assert.AreEqual("Vector<Single, 1, 3>", result.Schema["Out"].Type.ToString());
        Columns.AssertRows([[2f, 4, 6], [8, 10, 12]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void OneUnknownDimensionTakesAVariableVector()
    {
        var result = Apply(Double("Variable", ["batch", "time"], ["batch", "time"]), new Row { Variable = [1, 2, 3] }, new Row { Variable = [4] });
        Assert.AreEqual("Vector<Single>", result.Schema["Out"].Type.ToString());
        Columns.AssertRows([[2f, 4, 6], [8]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void TheUnknownDimensionIsTheLengthOverTheOthers()
    {
        var model = new OnnxBytes().Input("Variable", OnnxBytes.Float, 1, "time", 2).Output("Out", OnnxBytes.Int64, 3)
            .Node("Shape", ["Variable"], ["Out"]);
        Columns.AssertRows([[1L, 3L, 2L]], Apply(model, new Row { Variable = [1, 2, 3, 4, 5, 6] }).Vectors<long>("Out"));
        Assert.ThrowsExactly<ArgumentException>(() => Apply(model, new Row { Variable = [1, 2, 3] }).Vectors<long>("Out"));
    }

    [TestMethod]
    public void AnEmptyVariableVectorIsAnEmptyTensor()
    {
        var result = Apply(Double("Variable", [1, "time"], [1, "time"]), new Row { Variable = [] });
        Columns.AssertRows([[]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void AVariableVectorDoesNotFillAKnownShape()
    {
        var result = Apply(Double("Variable", [1, 3], [1, 3]), new Row { Variable = [1, 2, 3] });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => result.Vectors<float>("Out"), "the schema is accepted, the first row is not");
        result = Apply(Double("Variable", ["n"], ["n"]), new Row { Variable = [1, 2, 3] });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => result.Vectors<float>("Out"), "[n] counts as [1]");
    }

    [TestMethod]
    public void AFixedVectorNeedsAKnownShape()
    {
        var model = Double("Fixed", ["batch", "n"], ["batch", "n"]);
        var row = new Row { Fixed = [1, 2, 3] };
        Assert.ThrowsExactly<ArgumentException>(() => Apply(model, row).Vectors<float>("Out"));
        var data = Data(row);
        var shapes = new Dictionary<string, int[]> { ["Fixed"] = [1, 3], ["Out"] = [1, 3] };
        var result = _ml.Transforms.ApplyOnnxModel(model.ToStream(), shapes).Fit(data).Transform(data);
        Assert.AreEqual("Vector<Single, 1, 3>", result.Schema["Out"].Type.ToString());
        Columns.AssertRows([[2f, 4, 6]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void GivenShapesMustAgreeWithTheModel()
    {
        var shapes = new Dictionary<string, int[]> { ["Fixed"] = [1, 4] };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream(), shapes));
    }

    [TestMethod]
    public void AFixedVectorOfAnotherLengthIsRejected()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Apply(Double("Fixed", [1, 2], [1, 2]), new Row()));
        StringAssert.Contains(error.Message, "Input 'Fixed' has shape 1,2, but input data is of length 3");
    }

    [TestMethod]
    public void TwoUnknownDimensionsAreTooMany()
    {
        var model = Double("Variable", ["batch", "time", "features"], ["batch", "time", "features"]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Apply(model, new Row()));
    }

    [TestMethod]
    public void AScalarIsAMatrixOfOne()
    {
        var result = Apply(Double("Scalar", ["batch", 1], ["batch", 1]), new Row { Scalar = 3 });
        Assert.AreEqual("Vector<Single, 1, 1>", result.Schema["Out"].Type.ToString());
        Columns.AssertRows([[6f]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void KeysAreOfferedAsTheirIntegers()
    {
        var model = new OnnxBytes().Input("Tokens", OnnxBytes.UInt32, 1, "time").Output("Out", OnnxBytes.Int64, 1, "time")
            .Node("Cast", ["Tokens"], ["Out"], "", OnnxBytes.Integer("to", OnnxBytes.Int64));
        Columns.AssertRows([[1L, 9L]], Apply(model, new Row { Tokens = [1, 9] }).Vectors<long>("Out"));
    }

    [TestMethod]
    public void TypesAreNotConverted()
    {
        var model = new OnnxBytes().Input("Ints", OnnxBytes.Int64, 1, "time").Output("Out", OnnxBytes.Int64, 1, "time")
            .Node("Identity", ["Ints"], ["Out"]);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Apply(model, new Row { Ints = [1] }));
        StringAssert.Contains(error.Message, "Schema mismatch for input column 'Ints': expected Int64, got Vector<Int32>");
    }

    [TestMethod]
    public void TextsAreStrings()
    {
        var model = new OnnxBytes().Input("Texts", OnnxBytes.Text, 1, 2).Output("Out", OnnxBytes.Text, 1, 2).Node("Identity", ["Texts"], ["Out"]);
        Columns.AssertRows([["a", "b"]], Apply(model, new Row { Texts = ["a", "b"] }).TextVectors("Out"));
    }

    [TestMethod]
    public void HalfPrecisionIsUnknown()
    {
        var output = new OnnxBytes().Input("Fixed", OnnxBytes.Float, 1, 3).Output("Out", OnnxBytes.Float16, 1, 3)
            .Node("Cast", ["Fixed"], ["Out"], "", OnnxBytes.Integer("to", OnnxBytes.Float16));
        Assert.ThrowsExactly<InvalidOperationException>(() => Apply(output, new Row()));
        var weight = new OnnxBytes().HalfInitializer("w").Input("Fixed", OnnxBytes.Float, 1, 3).Output("Out", OnnxBytes.Float, 1, 3)
            .Node("Cast", ["w"], ["v"], "", OnnxBytes.Integer("to", OnnxBytes.Float)).Node("Add", ["Fixed", "v"], ["Out"]);
        Assert.ThrowsExactly<InvalidOperationException>(() => Apply(weight, new Row()));
    }

    [TestMethod]
    public void AnOutputOfOneUnknownDimensionIsDeclaredOfSizeOne()
    {
        var model = new OnnxBytes().Input("Variable", OnnxBytes.Float, 1, "n").Output("Out", OnnxBytes.Float, "n")
            .Node("Squeeze", ["Variable"], ["Out"]);
        var result = Apply(model, new Row { Variable = [1, 2, 3] });
        Assert.AreEqual("Vector<Single, 1>", result.Schema["Out"].Type.ToString());
        Assert.AreEqual(3, result.Values<VBuffer<float>>("Out")[0].Length, "though it holds more");
    }

    [TestMethod]
    public void AnOutputWithoutDimensionsCannotBeRead()
    {
        var model = new OnnxBytes().Input("Fixed", OnnxBytes.Float, 1, 3).Output("Out", OnnxBytes.Float)
            .Node("ReduceSum", ["Fixed"], ["Out"], "", OnnxBytes.Integer("keepdims", 0));
        var result = Apply(model, new Row());
        Assert.AreEqual(NumberDataViewType.Single, result.Schema["Out"].Type);
        Assert.Throws<Exception>(() => result.Values<float>("Out"));
    }

    [TestMethod]
    public void SomeOutputsCanBeChosen()
    {
        var model = new OnnxBytes().Input("Fixed", OnnxBytes.Float, 1, 3).Output("A.output", OnnxBytes.Float, 1, 3).Output("B", OnnxBytes.Float, 1, 3)
            .Node("Neg", ["Fixed"], ["A.output"]).Node("Add", ["Fixed", "Fixed"], ["B"]);
        var data = Data(new Row { Fixed = [1, 2, 3] });
        var all = _ml.Transforms.ApplyOnnxModel(model.ToStream()).Fit(data).Transform(data);
        Columns.AssertRows([[-1f, -2, -3]], all.Vectors<float>("A"));
        Columns.AssertRows([[2f, 4, 6]], all.Vectors<float>("B"));
        var one = _ml.Transforms.ApplyOnnxModel("B", "Fixed", model.ToStream()).Fit(data).Transform(data);
        Assert.IsNull(one.Schema.GetColumnOrNull("A"));
        Columns.AssertRows([[2f, 4, 6]], one.Vectors<float>("B"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.ApplyOnnxModel("C", "Fixed", model.ToStream()));
    }

    [TestMethod]
    public void ANodeCanHoldSlotNames()
    {
        var model = Double("Fixed", [1, 3], [1, 3]).Initializer("one", "a").Node("LabelEncoder", ["one"], ["unused"], "mlnet.Out.SlotNames",
            OnnxBytes.Strings("keys_strings", "a", "b", "c"), OnnxBytes.Floats("values_floats", 1, 2, 3));
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, Apply(model, new Row()).SlotNames("Out"));
    }

    [TestMethod]
    public void MissingColumnsAreNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Apply(Double("Nope", [1, 3], [1, 3]), new Row()));
        StringAssert.Contains(error.Message, "Could not find input column 'Nope'");
    }

    [TestMethod]
    public void OptionalInputsAreForATransformerByItself()
    {
        var model = new OnnxBytes().Input("Fixed", OnnxBytes.Float, 1, 3).Input("Scalar", OnnxBytes.Float, 1).Initializer("Scalar", 10f)
            .Output("Out", OnnxBytes.Float, 1, 3).Node("Add", ["Fixed", "Scalar"], ["Out"]);
        var data = Data(new Row { Fixed = [1, 2, 3], Scalar = 5 });
        var without = _ml.Transforms.ApplyOnnxModel(model.ToStream());
        Columns.AssertRows([[11f, 12, 13]], without.Fit(data).Transform(data).Vectors<float>("Out"));
        var with = _ml.Transforms.ApplyOnnxModel(["Out"], ["Scalar", "Fixed"], model.ToStream());
        Assert.AreEqual("Vector<Single, 1, 3>", with.Fit(data).Transform(data).Schema["Out"].Type.ToString());
        Assert.Throws<Exception>(() => _ml.Transforms.CopyColumns("Copy", "Fixed").Append(with).Fit(data));
    }

    [TestMethod]
    public void SavedModelsHoldTheOnnxModel()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, Double("Fixed", ["batch", 3], ["batch", 3]).ToArray());
        var data = Data(new Row { Fixed = [1, 2, 3] });
        ITransformer reloaded;
        using (var model = _ml.Transforms.ApplyOnnxModel(path).Append(_ml.Transforms.CopyColumns("Copy", "Out")).Fit(data))
        {
            reloaded = model.Reloaded(data.Schema);
            if (!OperatingSystem.IsWindows()) // where an open file stays
            {
                File.Delete(path);
                Columns.AssertRows([[2f, 4, 6]], model.Transform(data).Vectors<float>("Copy"));
                Assert.ThrowsExactly<FileNotFoundException>(() => model.Reloaded(data.Schema), "the file is read again when saving");
            }
        }
        File.Delete(path);
        Columns.AssertRows([[2f, 4, 6]], reloaded.Transform(data).Vectors<float>("Copy"));
        Columns.AssertRows([[2f, 4, 6]], reloaded.Reloaded(data.Schema).Transform(data).Vectors<float>("Copy"));
        (reloaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void SavedModelsKeepShapesAndColumns()
    {
        var data = Data(new Row { Fixed = [1, 2, 3] });
        var shapes = new Dictionary<string, int[]> { ["Fixed"] = [1, 3] };
        ITransformer model = _ml.Transforms.ApplyOnnxModel(["Out"], ["Fixed"], Double("Fixed", [1, "n"], [1, 3]).ToStream(), shapes, recursionLimit: 50).Fit(data);
        Columns.AssertRows([[2f, 4, 6]], model.Reloaded(data.Schema).Transform(data).Vectors<float>("Out"));
    }

    [TestMethod]
    public void PredictionEnginesScoreRowByRow()
    {
        var data = Data(new Row());
        var model = _ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream()).Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Doubled>(model);
        CollectionAssert.AreEqual(new[] { 2f, 4, 6 }, engine.Predict(new Row { Fixed = [1, 2, 3] }).Out);
        CollectionAssert.AreEqual(new[] { 0f, 0, -2 }, engine.Predict(new Row { Fixed = [0, 0, -1] }).Out);
    }

    [TestMethod]
    public void ChainsKnowTheTypesOfOutputs()
    {
        var data = Data(new Row { Fixed = [1, 2, 3], Variable = [4] });
        var chain = _ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream()).Append(_ml.Transforms.Concatenate("All", "Out", "Scalar"));
        Columns.AssertRows([[2f, 4, 6, 0]], chain.Fit(data).Transform(data).Vectors<float>("All"));
    }

    [TestMethod]
    public void MissingAndBrokenModelsAreErrors()
    {
        Assert.ThrowsExactly<IOException>(() => _ml.Transforms.ApplyOnnxModel("nofile.onnx"));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.ApplyOnnxModel(new MemoryStream([1, 2, 3])));
    }

    [TestMethod]
    public void OptionsNameFileAndColumns()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, Double("Fixed", [1, 3], [1, 3]).ToArray());
        var options = new OnnxOptions { ModelFile = path, InputColumns = ["Fixed"], OutputColumns = ["Out"], IntraOpNumThreads = 1 };
        var data = Data(new Row { Fixed = [1, 2, 3] });
        using (var model = _ml.Transforms.ApplyOnnxModel(options).Fit(data))
            Columns.AssertRows([[2f, 4, 6]], model.Transform(data).Vectors<float>("Out"));
        File.Delete(path);
    }
}
