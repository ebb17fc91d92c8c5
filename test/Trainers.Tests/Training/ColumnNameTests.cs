using Microsoft.ML;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What is said of columns that aren't there, or that two options name, and of names that no input can have.</summary>
[TestClass]
public class ColumnNameTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [1, 2];

        public bool Label { get; set; }

        public float Age { get; set; }

        public float[] Side { get; set; } = [1, 2];
    }

    private IDataView Rows() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row { Label = i % 2 == 0 }).ToArray());

    private static void Fails(Action act, params string[] parts)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void A_missing_column_is_named_with_the_option_and_the_nearest_column()
    {
        var sequences = _ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options { LabelColumnName = "Lable" });
        Fails(() => sequences.Fit(Rows()), "Column 'Lable' not found; ", "LabelColumnName asks for it. The nearest name is 'Label'.");
        Fails(() => sequences.Append(_ml.Transforms.NormalizeMinMax("Score")).Fit(Rows()), "LabelColumnName asks for it");
        Fails(() => _ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            SequenceColumnName = "features",
        }).Fit(Rows()), "SequenceColumnName asks for it. The nearest name is 'Features'.");
        Fails(() => _ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            ExampleWeightColumnName = "Importance",
        }).Fit(Rows()), "Column 'Importance' not found; ", "ExampleWeightColumnName asks for it.");
        Fails(() => Sequence(InputColumn.Vector("Aeg")), "An InputColumn asks for it. The nearest name is 'Age'.");
        Fails(() => _ml.Sequences().LanguageModel(new() { TokenColumnName = "Feature" }).Fit(Rows()),
            "TokenColumnName asks for it. The nearest name is 'Features'.");

        var nodes = TwoCliques.View(_ml);
        void Nodes(Action<NodeClassificationTrainer.Options> change, params string[] parts)
        {
            NodeClassificationTrainer.Options options = new() { Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 1 };
            change(options);
            Fails(() => _ml.Graphs().NodeClassification(options).Fit(nodes), parts);
        }
        Nodes(options => options.LabelColumnName = "Labels", "LabelColumnName asks for it. The nearest name is 'Label'.");
        Nodes(options => options.FeatureColumnName = "Featurse", "FeatureColumnName asks for it. The nearest name is 'Features'.");
        Nodes(options => options.NodeIdColumnName = "ID_", "NodeIdColumnName asks for it.");
        Nodes(options => options.SplitColumnName = "Splitt", "SplitColumnName asks for it. The nearest name is 'Split'.");
        Nodes(options => options.Edges = new(TwoCliques.ById(_ml).Data) { SourceColumnName = "Sorce" },
            "SourceColumnName asks for it. The nearest name is 'Source'.");
        Nodes(options => options.Edges = new(TwoCliques.ById(_ml).Data) { WeightColumnName = "Wait" }, "WeightColumnName asks for it.");

        void Graphs(Action<GraphClassificationTrainer.Options> change, params string[] parts)
        {
            GraphClassificationTrainer.Options options = new() { Columns = new() { NodeFeatureCount = 2 }, Epochs = 1 };
            change(options);
            Fails(() => _ml.Graphs().GraphClassification(options).Fit(Shape.View(_ml, Shape.Make(4))), parts);
        }
        Graphs(options => options.LabelColumnName = "Lable", "LabelColumnName asks for it. The nearest name is 'Label'.");
        Graphs(options => options.Columns = new() { EdgesColumnName = "Edge" },
            "EdgesColumnName asks for it. The nearest name is 'Edges'.");
        Graphs(options => options.Columns = new() { NodeFeatureCount = 2, EdgeWeightsColumnName = "Weights" },
            "EdgeWeightsColumnName asks for it.");
        Graphs(options => options.ExampleWeightColumnName = "Sizes", "ExampleWeightColumnName asks for it. The nearest name is 'Size'.");
    }

    private void Sequence(params InputColumn[] inputs) => _ml.Sequences().BinaryClassification(
        new SequenceBinaryClassificationTrainer.Options { Inputs = inputs, Epochs = 1 }).Fit(Rows()).Dispose();

    [TestMethod]
    [DataRow("", "has no letter")]
    [DataRow(" \t", "has no letter")]
    [DataRow("a\nb", "has a control character")]
    [DataRow("mlseqgraph.age", "begins with 'mlseqgraph.'")]
    [DataRow("edges/source", "is that of a tensor of the model's own")]
    public void An_input_without_a_proper_name_is_refused(string name, string problem)
    {
        var input = InputColumn.Vector("Age") with { Name = name };
        Fails(() => Sequence(input), "the input of column 'Age' is named", problem);
        Fails(() => _ml.Graphs().GraphClassification(new() { Columns = new() { NodeFeatureCount = 2 }, Inputs = [input with { }] })
            .Fit(Shape.View(_ml, Shape.Make(4))), "the input of column 'Age' is named", problem);
        Fails(() => _ml.Graphs().NodeClassification(new() { Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Inputs = [input] })
            .Fit(TwoCliques.View(_ml)), "the input of column 'Age' is named", problem);
        Fails(() => _ml.Graphs().LinkPrediction(new() { Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Inputs = [input] })
            .Fit(TwoCliques.View(_ml)), "the input of column 'Age' is named", problem);
    }

    [TestMethod]
    public void The_lengths_of_a_series_are_an_input_too()
    {
        Fails(() => Sequence(InputColumn.Series("Side") with { Name = "a", Placement = InputPlacement.Network },
            InputColumn.Vector("Age") with { Name = "a_lengths" }), "two inputs of the network are named 'a_lengths'");
    }

    [TestMethod]
    public void A_label_that_is_something_else_too_is_named()
    {
        var nodes = TwoCliques.View(_ml);
        void Nodes(Action<NodeClassificationTrainer.Options> change, params string[] parts)
        {
            NodeClassificationTrainer.Options options = new() { Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id" };
            change(options);
            Fails(() => _ml.Graphs().NodeClassification(options).Fit(nodes), parts);
        }
        Nodes(options => options.LabelColumnName = "Id", "LabelColumnName is 'Id', the column of NodeIdColumnName");
        Nodes(options => (options.LabelColumnName, options.SplitColumnName) = ("Split", "Split"), "'Split', the column of SplitColumnName");
        Nodes(options => options.Inputs = [InputColumn.Category("Label")], "LabelColumnName is 'Label', which the network reads");
        Nodes(options => options.ExampleWeightColumnName = "Label", "ExampleWeightColumnName is 'Label', the column of LabelColumnName");
        Fails(() => Sequence(InputColumn.Vector("Label")), "LabelColumnName is 'Label', which the network reads");
        Fails(() => _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            LabelColumnName = "Age", ExampleWeightColumnName = "Age",
        }).Fit(Rows()), "ExampleWeightColumnName is 'Age', the column of LabelColumnName");
        Fails(() => _ml.Graphs().GraphClassification(new() { Inputs = [InputColumn.Category("Label")] })
            .Fit(Shape.View(_ml, Shape.Make(4))), "LabelColumnName is 'Label', which the network reads");
    }
}
