using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class SequenceBatchTests
{
    private static readonly SequenceBatchOptions InOrder = new() { BatchSize = 3, Shuffle = false, BucketByLength = false };

    private static SequenceBatch First(TestView data, SequenceColumns columns) =>
        new SequenceBatchSource(data, columns, InOrder).ReadEpoch(0).First();

    [TestMethod]
    public void TokensArePaddedWithUnknownAndStepClassesWithMinusOne()
    {
        var key = new KeyDataViewType(typeof(uint), 9);
        var data = new TestView.Builder()
            .AddVector("Words", key, row => Enumerable.Range(1, (int)row + 1).Select(i => (uint)i).ToArray())
            .AddVector("Tags", key, row => Enumerable.Repeat((uint)row + 1, (int)row + 1).ToArray())
            .Rows(3);
        var batch = First(data, new SequenceColumns(
            SequenceColumn.FromSchema(data.Schema, "Words"), SequenceLabel.StepClasses(data.Schema, "Tags")));
        Assert.AreEqual((3, 3, 0, 6L), (batch.Batch, batch.Time, batch.FeatureCount, batch.StepCount));
        CollectionAssert.AreEqual(new long[] { 1, 0, 0, 1, 2, 0, 1, 2, 3 }, batch.Tokens.ToArray());
        CollectionAssert.AreEqual(new long[] { 0, -1, -1, 1, 1, -1, 2, 2, 2 }, batch.StepClasses.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2, 3 }, batch.Lengths.ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 2 }, batch.Positions.ToArray());
        Assert.IsTrue(batch.Features.IsEmpty && batch.Classes.IsEmpty && batch.Targets.IsEmpty && batch.Weights.IsEmpty);
    }

    [TestMethod]
    public void FeaturesArePaddedWithZero()
    {
        var data = new TestView.Builder()
            .AddVector<float>("Values", NumberDataViewType.Single, row => row == 1 ? [5f, 6] : [1f, 2, 3, 4])
            .AddVector("Target", NumberDataViewType.Single, row => new[] { row, 10f * row }, 2)
            .AddSingle("Weight", row => row + 1)
            .Rows(3);
        var batch = First(data, new SequenceColumns(
            SequenceColumn.FromSchema(data.Schema, "Values", 2), SequenceLabel.Targets(data.Schema, "Target"), "Weight"));
        Assert.AreEqual((3, 2, 2, 2), (batch.Batch, batch.Time, batch.FeatureCount, batch.TargetCount));
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6, 0, 0, 1, 2, 3, 4 }, batch.Features.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 10, 2, 20 }, batch.Targets.ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, batch.Weights.ToArray());
        Assert.IsTrue(batch.Tokens.IsEmpty);
    }

    [TestMethod]
    public void AReusedBatchHoldsNothingOfTheLastOne()
    {
        // A long batch, then a short one in its memory.
        var data = new TestView.Builder()
            .AddVector("Values", NumberDataViewType.Single, row => Enumerable.Repeat(row + 1f, row < 3 ? 9 : (int)row - 2).ToArray())
            .Add("Label", BooleanDataViewType.Instance, row => row == 4).Rows(5);
        var columns = new SequenceColumns(SequenceColumn.FromSchema(data.Schema, "Values"), SequenceLabel.Class(data.Schema, "Label"));
        var rows = new SequenceRows(columns);
        using var cursor = data.GetRowCursor(data.Schema);
        var reader = new SequenceReader(cursor, columns);
        while (cursor.MoveNext())
            reader.AddTo(rows);
        var batch = new SequenceBatch();
        batch.Fill(rows, [0, 1, 2]);
        batch.Fill(rows, [3, 4]);
        CollectionAssert.AreEqual(new float[] { 4, 0, 5, 5 }, batch.Features.ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1 }, batch.Classes.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, batch.Lengths.ToArray());
        Assert.AreEqual((2, 2, 3L), (batch.Batch, batch.Time, batch.StepCount));
    }

    [TestMethod]
    public void LabelsAreNotNeededToScore()
    {
        var data = new TestView.Builder().AddVector("Values", NumberDataViewType.Single, _ => new[] { 1f }).Rows(2);
        var batch = First(data, new SequenceColumns(SequenceColumn.FromSchema(data.Schema, "Values")));
        Assert.AreEqual(2, batch.Batch);
        Assert.IsTrue(batch.Classes.IsEmpty && batch.StepClasses.IsEmpty && batch.Targets.IsEmpty);
    }
}
