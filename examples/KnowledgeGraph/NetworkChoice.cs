using Examples;
using KnowledgeGraph.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace KnowledgeGraph;

/// <summary>The trainer of a network, with settings that suit it.</summary>
internal static class NetworkChoice
{
    internal static readonly string[] Names = ["complex", "distmult", "transe", "rotate", "rgcn", "compgcn", "texts"];

    /// <summary>What suits the data: where something is written of entities, that says more than their links.</summary>
    internal static string Default(TripleData data) => data.Texts.Count > 0 ? "texts" : "complex";

    internal static KnowledgeGraphTrainer.Options Of(MLContext ml, string network, TripleData data, int seed, Options options)
    {
        var entities = data.Train.SelectMany(triple => (string[])[triple.Head, triple.Tail]).Distinct().Count();
        // Comparing with all entities pays while they are few.
        var isSmall = entities <= 2000;
        KnowledgeGraphTrainer.Options chosen = network switch
        {
            "transe" or "rotate" => new()
            {
                Decoder = network == "rotate" ? LinkDecoder.RotatE : LinkDecoder.TransEL1,
                Loss = RankingLoss.Logistic,
                AdversarialTemperature = 1,
                Margin = 9,
                EmbeddingSize = 100,
                InverseRelations = false,
                Negatives = 64,
                NegativeSharing = 32,
                BatchSize = 512,
                Epochs = isSmall ? 200 : 60,
                Optimizer = new Adam(),
                LearningRate = 0.005f,
            },
            "rgcn" or "compgcn" => new()
            {
                Decoder = LinkDecoder.DistMult,
                Encoder = network == "rgcn" ? GraphNetwork.Rgcn(100, 1, bases: 4) : GraphNetwork.CompGcn(100, 1),
                Loss = isSmall ? RankingLoss.Softmax : RankingLoss.SampledSoftmax,
                EmbeddingSize = 100,
                Dropout = 0.3f,
                Negatives = 512,
                BatchSize = isSmall ? 1000 : 4096,
                Epochs = isSmall ? 100 : 60,
                Optimizer = new Adam(),
                LearningRate = 0.01f,
            },
            _ => new()
            {
                Decoder = network == "distmult" ? LinkDecoder.DistMult : LinkDecoder.ComplEx,
                Loss = isSmall ? RankingLoss.Softmax : RankingLoss.SampledSoftmax,
                EmbeddingSize = isSmall ? 400 : 200,
                N3 = isSmall ? 0.01f : 0.05f,
                InitialDeviation = 1e-3f,
                Negatives = 1024,
                NegativeSharing = 512,
                BatchSize = isSmall ? 500 : 1024,
                Epochs = isSmall ? 50 : network == "texts" ? 10 : 30,
            },
        };
        if (options.Speed is not null)
            (chosen.Epochs, chosen.Loss, chosen.Negatives, chosen.NegativeSharing, chosen.BatchSize)
                = (2, RankingLoss.Logistic, 32, 128, 8192);
        if (network == "texts")
        {
            chosen.Entities = ml.Data.LoadFromEnumerable(data.Features(out var words), Definition(words));
            chosen.InitialDeviation = 0.1f;
        }
        chosen.Epochs = options.Epochs ?? chosen.Epochs;
        chosen.BatchSize = options.BatchSize ?? chosen.BatchSize;
        chosen.LearningRate = options.LearningRate ?? chosen.LearningRate;
        chosen.EmbeddingSize = options.VectorSize ?? chosen.EmbeddingSize;
        chosen.Negatives = options.Negatives ?? chosen.Negatives;
        chosen.Dropout = options.Dropout ?? chosen.Dropout;
        chosen.Loss = options.Loss ?? chosen.Loss;
        chosen.N3 = options.N3 ?? chosen.N3;
        chosen.Seed = seed;
        chosen.Target = ExecutionTarget.Cpu(options.Threads);
        chosen.StopToken = options.StopToken;
        chosen.CancellationToken = options.CancellationToken;
        chosen.OnEpoch = EpochLines.Every(10);
        return chosen;
    }

    private static SchemaDefinition Definition(int words)
    {
        var schema = SchemaDefinition.Create(typeof(EntityRow));
        schema[nameof(EntityRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, words);
        return schema;
    }
}
