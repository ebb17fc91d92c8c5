using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>How ML.NET's OnnxTransformer names columns, saves models and works with the rest of ML.NET.</summary>
[TestClass]
public sealed class OnnxTransformerModelTests : OnnxModelTests
{
    private sealed class Doubled
    {
        [ColumnName("Out")]
        public float[] Out { get; set; } = [];
    }

    [TestMethod]
    public void SomeOutputsCanBeChosen()
    {
        var model = new OnnxBytes().Input("Fixed", OnnxBytes.Float, 1, 3).Output("A.output", OnnxBytes.Float, 1, 3).Output("B", OnnxBytes.Float, 1, 3)
            .Node("Neg", ["Fixed"], ["A.output"]).Node("Add", ["Fixed", "Fixed"], ["B"]);
        var data = Data(new Row { Fixed = [1, 2, 3] });
        var all = Ml.Transforms.ApplyOnnxModel(model.ToStream()).Fit(data).Transform(data);
        Columns.AssertRows([[-1f, -2, -3]], all.Vectors<float>("A"));
        Columns.AssertRows([[2f, 4, 6]], all.Vectors<float>("B"));
        var one = Ml.Transforms.ApplyOnnxModel("B", "Fixed", model.ToStream()).Fit(data).Transform(data);
        Assert.IsNull(one.Schema.GetColumnOrNull("A"));
        Columns.AssertRows([[2f, 4, 6]], one.Vectors<float>("B"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.ApplyOnnxModel("C", "Fixed", model.ToStream()));
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
        var without = Ml.Transforms.ApplyOnnxModel(model.ToStream());
        Columns.AssertRows([[11f, 12, 13]], without.Fit(data).Transform(data).Vectors<float>("Out"));
        var with = Ml.Transforms.ApplyOnnxModel(["Out"], ["Scalar", "Fixed"], model.ToStream());
        Assert.AreEqual("Vector<Single, 1, 3>", with.Fit(data).Transform(data).Schema["Out"].Type.ToString());
        Assert.Throws<Exception>(() => Ml.Transforms.CopyColumns("Copy", "Fixed").Append(with).Fit(data));
    }

    [TestMethod]
    public void SavedModelsHoldTheOnnxModel()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, Double("Fixed", ["batch", 3], ["batch", 3]).ToArray());
        var data = Data(new Row { Fixed = [1, 2, 3] });
        ITransformer reloaded;
        using (var model = Ml.Transforms.ApplyOnnxModel(path).Append(Ml.Transforms.CopyColumns("Copy", "Out")).Fit(data))
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
        ITransformer model = Ml.Transforms.ApplyOnnxModel(["Out"], ["Fixed"], Double("Fixed", [1, "n"], [1, 3]).ToStream(), shapes, recursionLimit: 50).Fit(data);
        Columns.AssertRows([[2f, 4, 6]], model.Reloaded(data.Schema).Transform(data).Vectors<float>("Out"));
    }

    [TestMethod]
    public void PredictionEnginesScoreRowByRow()
    {
        var data = Data(new Row());
        var model = Ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream()).Fit(data);
        using var engine = Ml.Model.CreatePredictionEngine<Row, Doubled>(model);
        CollectionAssert.AreEqual(new[] { 2f, 4, 6 }, engine.Predict(new Row { Fixed = [1, 2, 3] }).Out);
        CollectionAssert.AreEqual(new[] { 0f, 0, -2 }, engine.Predict(new Row { Fixed = [0, 0, -1] }).Out);
    }

    [TestMethod]
    public void ChainsKnowTheTypesOfOutputs()
    {
        var data = Data(new Row { Fixed = [1, 2, 3], Variable = [4] });
        var chain = Ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream()).Append(Ml.Transforms.Concatenate("All", "Out", "Scalar"));
        Columns.AssertRows([[2f, 4, 6, 0]], chain.Fit(data).Transform(data).Vectors<float>("All"));
    }

    [TestMethod]
    public void MissingAndBrokenModelsAreErrors()
    {
        Assert.ThrowsExactly<IOException>(() => Ml.Transforms.ApplyOnnxModel("nofile.onnx"));
        Assert.ThrowsExactly<InvalidOperationException>(() => Ml.Transforms.ApplyOnnxModel(new MemoryStream([1, 2, 3])));
    }

    [TestMethod]
    public void OptionsNameFileAndColumns()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, Double("Fixed", [1, 3], [1, 3]).ToArray());
        var options = new OnnxOptions { ModelFile = path, InputColumns = ["Fixed"], OutputColumns = ["Out"], IntraOpNumThreads = 1 };
        var data = Data(new Row { Fixed = [1, 2, 3] });
        using (var model = Ml.Transforms.ApplyOnnxModel(options).Fit(data))
            Columns.AssertRows([[2f, 4, 6]], model.Transform(data).Vectors<float>("Out"));
        File.Delete(path);
    }
}
