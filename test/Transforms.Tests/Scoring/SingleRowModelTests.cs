using Google.Protobuf;
using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>The form in which a model is saved with ML.NET, and the way back.</summary>
[TestClass]
public class SingleRowModelTests
{
    [TestMethod]
    public void TheModelBeneathComesBackUnchanged()
    {
        foreach (var task in TestModels.Tasks)
        {
            foreach (var input in new[] { TestModels.Real, TestModels.Keys, TestModels.Keys with { TokenOffset = 1, ItemType = "Int32" } })
            {
                var file = new ModelFile(TestModels.Bytes(task, input));
                foreach (var badRows in (BadRows[])[BadRows.Error, BadRows.Skip])
                {
                    var row = SingleRowModel.Build(file, task == ModelTask.Binary ? 1 : TestModels.Classes, input, badRows);
                    Assert.IsTrue(SingleRowModel.IsOne(row));
                    Assert.IsFalse(SingleRowModel.IsOne(file.Parse()));
                    Assert.AreEqual(badRows, SingleRowModel.BadRowsOf(row));
                    // ONNX Runtime warns of constants that nothing reads.
                    var read = row.Graph.Node.SelectMany(node => node.Input).ToHashSet();
                    Assert.IsEmpty(row.Graph.Initializer.Where(tensor => !read.Contains(tensor.Name)));
                    Assert.AreEqual(file.Parse(), SingleRowModel.Strip(row));
                }
            }
        }
    }

    [TestMethod]
    public void TheColumnIsRememberedAndNothingElseOfTheMetadataChanged()
    {
        var file = new ModelFile(TestModels.Bytes(ModelTask.Tagging, TestModels.Real));
        var column = TestModels.Real with { Column = "Other", FixedLength = 4 };
        var stripped = new ModelFile(
            SingleRowModel.Strip(SingleRowModel.Build(file, TestModels.Classes, column, BadRows.Error)).ToByteArray(), "test");
        Assert.AreEqual(column, stripped.Info.Input);
        Assert.AreEqual(file.Info.Verification, stripped.Info.Verification);
        Assert.AreEqual(file.Info.Versions, stripped.Info.Versions);
    }

    [TestMethod]
    public void NamesKeptForTheFormAreRefused()
    {
        var info = TestModels.Info(ModelTask.Regression, TestModels.Real);
        var graph = new Graph("test");
        var x = graph.Input("features", ElementType.Float, ["batch", "time", TestModels.Features]);
        var bias = graph.Constant(TensorData.Vector(1f), "Score.output");
        graph.Output("Score", Op.Unsqueeze(Op.ReduceSum(x, [1, 2], keepDims: false), 1) + bias);
        var ml = new MLContext();
        using var transformer = ml.Transforms.ApplySequenceModel(OnnxFile.ToBytes(graph, info.ToMetadata())).Fit(TestRows.All(1));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Save(transformer, null, new MemoryStream()));
        StringAssert.Contains(error.Message, "it uses the name 'Score.output'");
    }
}
