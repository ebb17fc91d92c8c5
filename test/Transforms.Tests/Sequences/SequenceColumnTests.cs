using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class SequenceColumnTests
{
    private static readonly KeyDataViewType Key = new(typeof(uint), 10);

    private static DataViewSchema Schema(DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("X", type);
        builder.AddColumn("Y", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    private static string Error(DataViewType type, int? featureCount = null, int? vocabularySize = null) =>
        Assert.ThrowsExactly<ArgumentException>(() => SequenceColumn.FromSchema(Schema(type), "X", featureCount, vocabularySize)).Message;

    [TestMethod]
    public void KeysAreTokensWithOneMoreForUnknown()
    {
        var column = SequenceColumn.FromSchema(Schema(new VectorDataViewType(Key)), "X");
        Assert.AreEqual(SequenceKind.Tokens, column.Kind);
        Assert.AreEqual(11, column.TokenCount);
        Assert.AreEqual(0, column.FeatureCount);
        Assert.IsNull(column.Steps);
        Assert.AreEqual(7, SequenceColumn.FromSchema(Schema(new VectorDataViewType(Key, 7)), "X").Steps);
    }

    [TestMethod]
    public void IntegersTakeAVocabularyOrLearnIt()
    {
        Assert.AreEqual(51, SequenceColumn.FromSchema(Schema(new VectorDataViewType(NumberDataViewType.Int32)), "X",
            vocabularySize: 50).TokenCount);
        var data = new TestView.Builder().AddVector("X", NumberDataViewType.Int64, row => new[] { row, -5, 3 }).Rows(9);
        Assert.AreEqual(10, SequenceColumn.FromData(data, "X").TokenCount);
        Assert.AreEqual(9, data.RowsMoved);
        Assert.AreEqual(21, SequenceColumn.FromData(data, "X", vocabularySize: 20).TokenCount);
        Assert.AreEqual(9, data.RowsMoved, "A given vocabulary needs no pass over the data.");
    }

    [TestMethod]
    public void VocabularyNeedsATokenAndASizeThatFits()
    {
        var negative = new TestView.Builder().AddVector("X", NumberDataViewType.Int32, _ => new[] { -1 }).Rows(3);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SequenceColumn.FromData(negative, "X")).Message,
            "no value of at least 0");
        var huge = new TestView.Builder().AddVector("X", NumberDataViewType.Int64, _ => new[] { long.MaxValue }).Rows(3);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SequenceColumn.FromData(huge, "X")).Message,
            "9223372036854775807");
        // What a sparse vector leaves out are zeros.
        var sparse = new TestView.Builder().Add("X", new VectorDataViewType(NumberDataViewType.Int32),
            _ => new VBuffer<int>(4, 1, [-3], [2])).Rows(2);
        Assert.AreEqual(2, SequenceColumn.FromData(sparse, "X").TokenCount);
    }

    [TestMethod]
    public void LearningAVocabularyCanBeCancelled()
    {
        var data = new TestView.Builder().AddVector("X", NumberDataViewType.Int32, _ => new[] { 1 }).Rows(long.MaxValue);
        using var cancellation = new CancellationTokenSource();
        data.OnMove = row => { if (row == 100) cancellation.Cancel(); };
        Assert.ThrowsExactly<OperationCanceledException>(() => SequenceColumn.FromData(data, "X", cancellationToken: cancellation.Token));
        Assert.AreEqual(0, data.OpenCursors);
    }

    [TestMethod]
    public void FeatureCountComesFromTheDimensionsOrTheCaller()
    {
        var single = NumberDataViewType.Single;
        Assert.AreEqual(1, SequenceColumn.FromSchema(Schema(new VectorDataViewType(single)), "X").FeatureCount);
        Assert.AreEqual(3, SequenceColumn.FromSchema(Schema(new VectorDataViewType(single)), "X", 3).FeatureCount);
        Assert.AreEqual(4, SequenceColumn.FromSchema(Schema(new VectorDataViewType(single, 0, 4)), "X").FeatureCount);
        var window = SequenceColumn.FromSchema(Schema(new VectorDataViewType(single, 5, 4)), "X");
        Assert.AreEqual(SequenceKind.Real, window.Kind);
        Assert.AreEqual(4, window.FeatureCount);
        Assert.AreEqual(5, window.Steps);
        Assert.AreEqual(0, window.TokenCount);
        StringAssert.Contains(Error(new VectorDataViewType(single, 5, 4), 2), "4 features per step; expected 2");
        StringAssert.Contains(Error(new VectorDataViewType(single, 10), 3), "not a multiple of 3");
        StringAssert.Contains(Error(new VectorDataViewType(single, 2, 3, 4)), "expected dimensions [steps, features]");
        StringAssert.Contains(Error(new VectorDataViewType(single), 0), "at least 1 feature, not 0");
    }

    [TestMethod]
    public void OtherTypesAreErrorsThatSayWhatToDo()
    {
        Assert.AreEqual("Column 'X' is Vector<String>: expected a vector of keys, Int32, Int64 or Single; map words with MapValueToKey.",
            Error(new VectorDataViewType(TextDataViewType.Instance)));
        Assert.AreEqual("Column 'X' is String: expected a vector of keys, Int32, Int64 or Single; make keys of it with TokenizeText.",
            Error(TextDataViewType.Instance));
        Assert.AreEqual("Column 'X' is Vector<Double>: expected a vector of keys, Int32, Int64 or Single; convert it with ConvertType.",
            Error(new VectorDataViewType(NumberDataViewType.Double)));
        Assert.AreEqual("Column 'X' is Single: expected a vector of keys, Int32, Int64 or Single.", Error(NumberDataViewType.Single));
        var missing = Assert.ThrowsExactly<ArgumentException>(() => SequenceColumn.FromSchema(Schema(Key), "Nope"));
        Assert.AreEqual("Column 'Nope' not found; the input has columns X, Y.", missing.Message);
        StringAssert.Contains(Error(new VectorDataViewType(new KeyDataViewType(typeof(uint), uint.MaxValue))),
            "number of values is not known");
    }

    [TestMethod]
    public void OptionsOfTheOtherKindAreErrors()
    {
        StringAssert.Contains(Error(new VectorDataViewType(Key), featureCount: 2),
            "expected no FeatureCount, found 2; it is for series, which are vectors of Single");
        StringAssert.Contains(Error(new VectorDataViewType(Key), vocabularySize: 2), "keys have their vocabulary in the type");
        StringAssert.Contains(Error(new VectorDataViewType(NumberDataViewType.Single), vocabularySize: 2), "for vectors of Int32 or Int64");
        StringAssert.Contains(Error(new VectorDataViewType(NumberDataViewType.Int32)), "give the size of its vocabulary");
    }

    [TestMethod]
    public void BindingToOtherDataChecksThatItFits()
    {
        var keys = SequenceColumn.FromSchema(Schema(new VectorDataViewType(Key)), "X");
        Assert.AreEqual(5, keys.BindTo(Schema(new VectorDataViewType(Key, 5))).Steps);
        var fewer = Schema(new VectorDataViewType(new KeyDataViewType(typeof(uint), 8)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => keys.BindTo(fewer)).Message,
            "a vocabulary of 8 here, but of 10 before");
        var real = Schema(new VectorDataViewType(NumberDataViewType.Single));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => keys.BindTo(real)).Message,
            "is Vector<Single> here, but was Vector<Key<UInt32, 0-9>> before");
        var integers = SequenceColumn.FromSchema(Schema(new VectorDataViewType(NumberDataViewType.Int32)), "X", vocabularySize: 9);
        Assert.AreEqual(10, integers.BindTo(Schema(new VectorDataViewType(NumberDataViewType.Int64))).TokenCount);
        var pairs = SequenceColumn.FromSchema(real, "X", 2);
        Assert.AreEqual(2, pairs.BindTo(real).FeatureCount);
        Assert.ThrowsExactly<ArgumentException>(() => pairs.BindTo(Schema(new VectorDataViewType(NumberDataViewType.Single, 7))));
    }

    [TestMethod]
    public void LabelsHaveTheirKindsAndCounts()
    {
        var boolean = SequenceLabel.Class(Schema(BooleanDataViewType.Instance), "X");
        Assert.AreEqual((SequenceLabelKind.Class, 2), (boolean.Kind, boolean.Count));
        var steps = SequenceLabel.StepClasses(Schema(new VectorDataViewType(Key)), "X");
        Assert.AreEqual((SequenceLabelKind.StepClasses, 10), (steps.Kind, steps.Count));
        Assert.AreEqual(1, SequenceLabel.Targets(Schema(NumberDataViewType.Single), "X").Count);
        Assert.AreEqual(6, SequenceLabel.Targets(Schema(new VectorDataViewType(NumberDataViewType.Single, 2, 3)), "X").Count);
        var open = Schema(new VectorDataViewType(NumberDataViewType.Single));
        Assert.AreEqual(3, SequenceLabel.Targets(open, "X", 3).Count);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SequenceLabel.Targets(open, "X")).Message,
            "give the number of targets");
        Assert.AreEqual("Column 'X' is UInt32: expected a key; map labels with MapValueToKey, or for yes and no use a Boolean and "
            + "BinaryClassification.",
            Assert.ThrowsExactly<ArgumentException>(() => SequenceLabel.Class(Schema(NumberDataViewType.UInt32), "X")).Message);
        Assert.ThrowsExactly<ArgumentException>(() => SequenceLabel.StepClasses(Schema(Key), "X"));
        Assert.ThrowsExactly<ArgumentException>(() => SequenceLabel.Targets(Schema(NumberDataViewType.Double), "X"));
        var other = Schema(new KeyDataViewType(typeof(uint), 4));
        Assert.AreEqual("Column 'X' has 4 classes here, but 10 before.",
            Assert.ThrowsExactly<ArgumentException>(() => SequenceLabel.Class(Schema(Key), "X").BindTo(other)).Message);
    }

    [TestMethod]
    public void ShapesAreCheckedAsSchemasAre()
    {
        SchemaShape Shape(DataViewType type) => SchemaShapes.FromSchema(Schema(type));
        string ShapeError(Action check) => Assert.ThrowsExactly<ArgumentException>(check).Message;
        var (text, single) = (TextDataViewType.Instance, NumberDataViewType.Single);
        foreach (var sequence in new DataViewType[] { new VectorDataViewType(Key), new VectorDataViewType(single, 3) })
            Assert.AreEqual("X", Shape(sequence).RequireSequence("X").Name);
        Assert.AreEqual("Column 'X' is Vector<String>: expected a vector of keys, Int32, Int64 or Single; map words with MapValueToKey.",
            ShapeError(() => Shape(new VectorDataViewType(text)).RequireSequence("X")));
        StringAssert.Contains(ShapeError(() => Shape(single).RequireSequence("X")), "Column 'X' is Single");

        Assert.IsTrue(Shape(Key).RequireLabel("X", SequenceLabelKind.Class).IsKey);
        Shape(BooleanDataViewType.Instance).RequireLabel("X", SequenceLabelKind.Class);
        Shape(new VectorDataViewType(Key)).RequireLabel("X", SequenceLabelKind.StepClasses);
        Shape(single).RequireLabel("X", SequenceLabelKind.Targets);
        Assert.AreEqual("Column 'X' is Vector<Key<UInt32>>: expected a key; map labels with MapValueToKey, or for yes and no use a "
            + "Boolean and BinaryClassification.",
            ShapeError(() => Shape(new VectorDataViewType(Key)).RequireLabel("X", SequenceLabelKind.Class)));
        StringAssert.Contains(ShapeError(() => Shape(Key).RequireLabel("X", SequenceLabelKind.StepClasses)),
            "expected a vector of keys, one a step or node");
        StringAssert.Contains(ShapeError(() => Shape(Key).RequireLabel("X", SequenceLabelKind.Targets)),
            "expected a Single or a vector of Single");
        Assert.AreEqual("Y", Shape(Key).RequireWeight("Y").Name);
        StringAssert.Contains(ShapeError(() => Shape(Key).RequireWeight("X")),
            "Column 'X' is Key<UInt32>: expected a Single, the row's weight");
    }
}
