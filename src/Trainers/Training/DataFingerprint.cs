using System.Security.Cryptography;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A hash that identifies data by what its first batches feed to a training step. Inputs that only the evaluation reads are left out,
/// since they may depend on the weights.
/// </summary>
internal sealed class DataFingerprint(TrainingModel model)
{
    private const int MostBatches = 16;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _batches;

    /// <summary>Adds a batch that was fed but not run yet; only the first ones count.</summary>
    internal void Add(TrainingSession session)
    {
        // What all batches share once.
        if (_batches++ < MostBatches)
            session.Inputs.Hash(_hash, model.BatchInputs.Where(input => _batches == 1 || input.Name != GraphNetworkModel.AllFeatures));
    }

    /// <summary>The hash of the added batches; null without any.</summary>
    internal string? Hash => _batches == 0 ? null : Convert.ToHexString(_hash.GetCurrentHash());

    /// <summary>The hash of batches, which are read only for it.</summary>
    internal static string? Of(TrainingModel model, IEnumerable<TrainingBatch>? batches, TrainingSession session)
    {
        var fingerprint = new DataFingerprint(model);
        foreach (var batch in (batches ?? []).Take(MostBatches))
        {
            batch.FeedTo(session);
            fingerprint.Add(session);
            session.Inputs.Clear();
        }
        return fingerprint.Hash;
    }
}
