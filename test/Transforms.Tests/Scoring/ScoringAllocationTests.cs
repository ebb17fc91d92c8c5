using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>What scoring allocates depends on the number of batches, not on that of rows.</summary>
[TestClass]
public class ScoringAllocationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(ModelTask.Classification)]
    [DataRow(ModelTask.Binary)]
    [DataRow(ModelTask.Tagging)]
    public void NothingIsAllocatedForARow(ModelTask task)
    {
        var random = new Random(1);
        VBuffer<float>[] values = [.. Enumerable.Range(0, 100).Select(_ => random.Next(1, 20) * TestModels.Features)
            .Select(length => new VBuffer<float>(length, [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())]))];
        IDataView Rows(int count) => new TestView.Builder()
            .Add("Values", new VectorDataViewType(NumberDataViewType.Single), row => values[row % values.Length]).Rows(count);
        using var transformer = _ml.Transforms.ApplySequenceModel(TestModels.Bytes(task, TestModels.Real)).Fit(Rows(1));
        long Allocated(int rows)
        {
            var data = transformer.Transform(Rows(rows));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Score(data, task);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(4000);
        double bytes = (Allocated(22_000) - Allocated(2_000)) / 20_000.0;
        // The smallest object takes 24 bytes; a batch's share of what ONNX Runtime's binding allocates is about 3.
        Assert.IsLessThan(10, bytes, $"{bytes} bytes per row");
    }

    private static void Score(IDataView data, ModelTask task)
    {
        using var cursor = data.GetRowCursor(data.Schema.Where(column => column.Name != "Values"));
        switch (task)
        {
            case ModelTask.Classification:
                Read<uint, VBuffer<float>>(cursor);
                break;
            case ModelTask.Binary:
                Read<bool, float>(cursor);
                break;
            default:
                Read<VBuffer<uint>, VBuffer<float>>(cursor);
                break;
        }
    }

    private static void Read<TLabel, TScore>(DataViewRowCursor cursor)
    {
        var label = cursor.GetGetter<TLabel>(cursor.Schema[ModelFormat.PredictedLabel]);
        var score = cursor.GetGetter<TScore>(cursor.Schema[ModelFormat.Score]);
        (TLabel labelValue, TScore scoreValue) = (default!, default!);
        while (cursor.MoveNext())
        {
            label(ref labelValue);
            score(ref scoreValue);
        }
    }
}
