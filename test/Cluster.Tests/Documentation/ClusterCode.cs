using Microsoft.ML;
using MLSeqGraph.Experiments;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Cluster.Tests;

/// <summary>The code of docs/machines.md about experiments.</summary>
[TestClass]
public class ClusterCode
{
    [TestMethod]
    public async Task A_worker_runs_what_another_process_hands_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("train.tsv"), Questions.Rows(80).Select(row => $"{row.Label}\t{row.Text}"));
        using var stop = new CancellationTokenSource();
        var working = Work(folder.File("cluster.db"), stop.Token);
        var result = await HandOver(folder.File("cluster.db"), folder.File("train.tsv"));
        Assert.HasCount(3, result.Trials);
        stop.Cancel();
        await working;
    }

    // docs
    private static readonly ExperimentDefinitions Definitions = new ExperimentDefinitions().Add("questions", context =>
    {
        var ml = context.ML;
        var rows = ml.Data.LoadFromTextFile<Question>(context.Files[0]);          // the same bytes on every machine
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.TokenizeText("Features", "Text"));
        return ml.Experiment()
            .SetSearchSpace(space => space.Range("rate", 1e-3, 1e-1, logBase: true).Range("hidden", 8, 32))
            .SetPipeline(preparation, trial => ml.Sequences().Classification(new()
            {
                Network = SequenceNetwork.Lstm(trial.Get<int>("hidden")), LearningRate = trial.Get<float>("rate"), Epochs = 3,
            }))
            .SetDataset(rows, validationFraction: 0.2)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
            .SetPruner(new SuccessiveHalvingPruner())             // compares the trials of all workers
            .SetMaxModelToExplore(int.Parse(context.Settings));
    });
    // docs

    private static async Task Work(string database, CancellationToken cancel)
    {
        // docs
        await using var worker = await ExperimentCluster.JoinAsync(new() { Database = database }, Definitions);
        worker.Log = Console.WriteLine;
        await worker.WorkAsync(new() { Trials = 2, Threads = 4 }, cancel);     // until canceled
        // docs
    }

    private static async Task<ExperimentResult> HandOver(string database, string path)
    {
        // docs
        await using var cluster = await ExperimentCluster.JoinAsync(new() { Database = database }, Definitions);
        var result = await cluster.RunAsync(new("tonight", "questions") { Settings = "3", Files = [new(path, IsShipped: true)] });
        var model = result.Model;                                              // trained here, on all rows
        // docs
        Assert.IsNotNull(model);
        return result;
    }

    private sealed class Question
    {
        [Microsoft.ML.Data.LoadColumn(0)]
        public string Label { get; set; } = "";

        [Microsoft.ML.Data.LoadColumn(1)]
        public string Text { get; set; } = "";
    }
}
