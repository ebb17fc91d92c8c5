using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class InnerErrorsTests
{
    [TestMethod]
    public void Errors_that_stock_transformers_wrap_reach_the_reader_as_they_are()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(row => new Row { Smiles = row == 900 ? "C(" : "CO" }));
        var graphs = ml.Transforms.SmilesToGraph().Append(ml.Transforms.Conversion.ConvertType("NodeFeatures",
            outputKind: DataKind.Single)).Fit(data).Transform(data);
        var wrapped = Assert.Throws<Exception>(() => SavedModels.Values(graphs, "NodeFeatures"));
        var positional = ml.Transforms.GraphPositionalFeatures(new() { LogDegree = true }).Fit(graphs).Transform(graphs);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SavedModels.Values(positional, "NodeFeatures"));
        StringAssert.Contains(error.Message, "Column 'Smiles', row 900");
        StringAssert.Contains(error.StackTrace, nameof(SmilesMapping));
        // What it is about: with one core, ML.NET has no other threads and wraps nothing.
        if (Environment.ProcessorCount > 1)
            Assert.AreEqual(error.Message, InnerErrors.Find(wrapped)?.Message);
    }

    [TestMethod]
    public void Other_errors_stay_as_they_are()
    {
        var foreign = new InvalidOperationException("outside", new InvalidDataException("inside"));
        Assert.IsNull(InnerErrors.Find(foreign));
        var ours = Assert.ThrowsExactly<InvalidDataException>(() => new PayloadReader<int>(_ => 0).Get("?".AsMemory()));
        Assert.IsNull(InnerErrors.Find(ours));
        Assert.AreSame(ours, InnerErrors.Find(new InvalidOperationException("outside", new AggregateException(ours))));
    }

    private sealed class Row
    {
        public string Smiles { get; set; } = "";
    }
}
