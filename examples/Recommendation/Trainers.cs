using Examples;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using Recommendation.Data;

namespace Recommendation;

/// <summary>The trainers, with settings that suit them.</summary>
internal static class Trainers
{
    /// <summary>Of items that users have.</summary>
    internal static RecommendationTrainer.Options OfItems(string network, int seed, IDataView? items, Options options) => With(new()
    {
        Network = network == "lightgcn" ? GraphNetwork.LightGcn(2) : null,
        Loss = network == "bpr" ? RankingLoss.PairwiseRanking : RankingLoss.Softmax,
        EmbeddingSize = 64,
        Regularization = network == "bpr" ? 0.01f : 0.02f,
        BatchSize = network == "lightgcn" ? 8192 : 1024,
        Epochs = network == "bpr" ? 40 : 15,
        LearningRate = network == "lightgcn" ? 0.02f : 0.005f,
        Dropout = 0.2f,
        RecentItems = network == "recent" ? options.Recent ?? 5 : 0,
    }, seed, items, options);

    /// <summary>Of ratings.</summary>
    internal static RecommendationTrainer.Options OfRatings(int seed, IDataView? items, Options options) => With(new()
    {
        RatingColumnName = nameof(RatingRow.Label),
        EmbeddingSize = 32,
        InitialDeviation = 0.03f,
        Regularization = 0.11f,
        BatchSize = 1024,
        Epochs = 40,
        LearningRate = 0.001f,
    }, seed, items, options);

    private static RecommendationTrainer.Options With(
        RecommendationTrainer.Options chosen, int seed, IDataView? items, Options options)
    {
        chosen.Items = items;
        chosen.UserColumnName = nameof(RatingRow.User);
        chosen.ItemColumnName = nameof(RatingRow.Item);
        chosen.Epochs = options.Epochs ?? chosen.Epochs;
        chosen.BatchSize = options.BatchSize ?? chosen.BatchSize;
        chosen.LearningRate = options.LearningRate ?? chosen.LearningRate;
        chosen.EmbeddingSize = options.VectorSize ?? chosen.EmbeddingSize;
        chosen.Regularization = options.Decay ?? chosen.Regularization;
        chosen.Dropout = options.Dropout ?? chosen.Dropout;
        chosen.Seed = seed;
        chosen.Target = ExecutionTarget.Cpu(options.Threads);
        chosen.StopToken = options.StopToken;
        chosen.CancellationToken = options.CancellationToken;
        chosen.OnEpoch = EpochLines.Every(10);
        return chosen;
    }
}
