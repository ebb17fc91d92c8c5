using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>What shapes and types ML.NET's OnnxTransformer takes and gives, as far as models of ours depend on it.</summary>
[TestClass]
public sealed class OnnxTransformerTests : OnnxModelTests
{
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
        var result = Ml.Transforms.ApplyOnnxModel(model.ToStream(), shapes).Fit(data).Transform(data);
        Assert.AreEqual("Vector<Single, 1, 3>", result.Schema["Out"].Type.ToString());
        Columns.AssertRows([[2f, 4, 6]], result.Vectors<float>("Out"));
    }

    [TestMethod]
    public void GivenShapesMustAgreeWithTheModel()
    {
        var shapes = new Dictionary<string, int[]> { ["Fixed"] = [1, 4] };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Ml.Transforms.ApplyOnnxModel(Double("Fixed", [1, 3], [1, 3]).ToStream(), shapes));
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
}
