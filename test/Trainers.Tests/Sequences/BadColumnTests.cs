using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Columns that are missing or of the wrong type: told by the schema's shape, before anything is fitted, and by fitting.</summary>
[TestClass]
public class BadColumnTests
{
    private readonly MLContext _ml = new(1);

    // Of each: the task, what is changed, and what the errors of GetOutputSchema and Fit hold; nothing where it is only known with data.
    public static IEnumerable<object[]> Cases => new (string Task, Action<SequenceTrainerOptions> Change, string? InShape, string InFit)[]
    {
        ("Classification", options => options.SequenceColumnName = "Signal",
            "Column 'Signal' not found; the input has columns Ragged, ", "Column 'Signal' not found; the input has columns Ragged, "),
        ("Binary", options => options.LabelColumnName = "Answer", "Column 'Answer' not found; ", "Column 'Answer' not found; "),
        ("Number", options => options.ExampleWeightColumnName = "Importance", "Column 'Importance' not found; ",
            "Column 'Importance' not found; "),
        ("Classification", options => options.SequenceColumnName = "Number",
            "Column 'Number' is Single: expected a vector of keys, Int32, Int64 or Single",
                "Column 'Number' is Single: expected a vector of keys, Int32, Int64 or Single"),
        ("Classification", options => options.SequenceColumnName = "Words",
            "Column 'Words' is Vector<String>: expected a vector of keys, Int32, Int64 or Single",
                "Column 'Words' is Vector<String>: expected a vector of keys, Int32, Int64 or Single; map words with MapValueToKey"),
        ("Classification", options => options.LabelColumnName = "Class",
            "Column 'Class' is String: expected a key",
                "Column 'Class' is String: expected a key; map labels with MapValueToKey, or for yes and no use a Boolean and "
                + "BinaryClassification"),
        ("Classification", options => options.LabelColumnName = "Yes",
            "Column 'Yes' is Boolean: expected a key; map it with MapValueToKey, or train with BinaryClassification",
            "Column 'Yes' is Boolean: expected a key; map it with MapValueToKey, or train with BinaryClassification"),
        ("Classification", options => options.LabelColumnName = "TagKeys",
            "Column 'TagKeys' is Vector<Key<UInt32>>: expected a key", "Column 'TagKeys' is Vector<Key<UInt32, 0-2>>: expected a key"),
        ("Binary", options => options.LabelColumnName = "Number", "Column 'Number' is Single: expected a key",
            "Column 'Number' is Single: expected a key"),
        ("Binary", options => options.LabelColumnName = "ClassKey",
            null, "Column 'ClassKey' is Key<UInt32, 0-2>, 3 classes: expected a Boolean or a key of 2 values; train more classes with "
                + "Classification"),
        ("Tagging", options => options.LabelColumnName = "ClassKey",
            "Column 'ClassKey' is Key<UInt32>: expected a vector of keys, one a step or node",
                "Column 'ClassKey' is Key<UInt32, 0-2>: expected a vector of keys, one a step or node"),
        ("Number", options => options.LabelColumnName = "ClassKey",
            "Column 'ClassKey' is Key<UInt32>: expected a Single or a vector of Single",
                "Column 'ClassKey' is Key<UInt32, 0-2>: expected a Single or a vector of Single"),
        ("Number", options => options.LabelColumnName = "Ragged", null, "Column 'Ragged' is Vector<Single>: give the number of targets"),
        ("Number", options => options.ExampleWeightColumnName = "Yes",
            "Column 'Yes' is Boolean: expected a Single, the row's weight", "Column 'Yes' is Boolean: expected a Single, the row's weight"),
        ("Number", options => options.FeatureCount = 3, null,
            "Column 'Grid' is Vector<Single, 4, 2>, with 2 features per step; expected 3"),
        ("Number", options => (options.SequenceColumnName, options.FeatureCount) = ("Fixed", 3), null,
            "Column 'Fixed' is Vector<Single, 8>: its size is not a multiple of 3 features per step"),
        ("Number", options => (options.SequenceColumnName, options.FeatureCount) = ("Keys", 2), null,
            "Column 'Keys' is Vector<Key<UInt32, 0-3>>, a sequence of tokens: expected no FeatureCount, found"),
        ("Number", options => options.VocabularySize = 5, null,
            "Column 'Grid' is Vector<Single, 4, 2>: a vocabulary size is for vectors of Int32 or Int64"),
    }.Select((bad, i) => new object[] { $"{i}: {bad.InFit}", bad.Task, bad.Change, bad.InShape!, bad.InFit });

    [TestMethod]
    public void Named_features_of_one_step_are_not_read_as_steps()
    {
        var data = EveryForm.Mapped(_ml, 24);
        var joined = _ml.Transforms.Concatenate("Facts", "Number", "Weight").Fit(data).Transform(data);
        SequenceRegressionTrainer Trainer(int? features) => _ml.Sequences().Regression(new()
        {
            SequenceColumnName = "Facts", LabelColumnName = "Number", Network = SequenceNetwork.Gru(4), Epochs = 1, FeatureCount = features,
        });
        var message = Assert.ThrowsExactly<ArgumentException>(() => Trainer(null).Fit(joined)).Message;
        StringAssert.StartsWith(message, "Column 'Facts' is Vector<Single, 2> and its values are named 'Number', 'Weight'");
        StringAssert.Contains(message, "read as 2 steps of one number. Set FeatureCount");
        foreach (var features in (int[])[1, 2])
            using (var model = Trainer(features).Fit(joined))
            {
                Assert.AreEqual(features, model.Info.Input.FeatureCount);
                model.GetOutputSchema(joined.Schema);
            }
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.CutWindows("Window", 1, "Facts").Fit(joined));
        Assert.ThrowsExactly<ArgumentException>(() => SequenceColumn.FromSchema(joined.Schema, "Facts"));
        // Numbered values are steps, as in a table with a column for each day; so are those without names.
        var numbered = _ml.Transforms.CopyColumns("Day1", "Number").Append(_ml.Transforms.CopyColumns("Day2", "Weight"))
            .Append(_ml.Transforms.Concatenate("Days", "Day1", "Day2")).Fit(data).Transform(data);
        Assert.AreEqual(2, SequenceColumn.FromSchema(numbered.Schema, "Days").Steps);
        Assert.AreEqual(8, SequenceColumn.FromSchema(data.Schema, "Fixed").Steps);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Is_told_before_training(string name, string task, object change, string? inShape, string inFit)
    {
        var data = EveryForm.Mapped(_ml, 10);
        var trainer = EveryForm.Trainer(_ml, task, "Grid", options =>
        {
            options.OnEpoch = _ => Assert.Fail("trained");
            ((Action<SequenceTrainerOptions>)change)(options);
        });
        var shape = SchemaShapes.FromSchema(data.Schema);
        if (inShape is null)
            trainer.GetOutputSchema(shape);
        else
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => trainer.GetOutputSchema(shape)).Message, inShape, name);
        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(data));
        StringAssert.Contains(error.Message, inFit, name);
    }

    [TestMethod]
    public void A_pipeline_tells_before_any_part_of_it_is_fitted()
    {
        var rows = new CountedRows(EveryForm.Rows(10));
        var pipeline = EveryForm.Keys(_ml).Append(EveryForm.Trainer(
            _ml, "Classification", "Grid", options => options.LabelColumnName = "Class"));
        var error = Assert.ThrowsExactly<ArgumentException>(() => pipeline.Fit(_ml.Data.LoadFromEnumerable(rows)));
        StringAssert.Contains(error.Message, "Column 'Class' is String");
        Assert.AreEqual(0, rows.Read);
    }

    [TestMethod]
    public void Keys_whose_number_is_unknown_are_told()
    {
        var data = _ml.Data.LoadFromEnumerable(EveryForm.Rows(6).Select(row => new OpenKey { Features = row.Ragged, Label = 1 }));
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Sequences().Classification(featureCount: EveryForm.Features).Fit(data));
        StringAssert.Contains(error.Message, "Column 'Label' is Key<UInt32");
        StringAssert.Contains(error.Message, "give the count where they are loaded");
    }

    private sealed class OpenKey
    {
        public float[] Features { get; set; } = [];

        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }
    }

    private sealed class CountedRows(EveryForm.Row[] rows) : IEnumerable<EveryForm.Row>
    {
        internal int Read { get; private set; }

        public IEnumerator<EveryForm.Row> GetEnumerator()
        {
            foreach (var row in rows)
            {
                Read++;
                yield return row;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
