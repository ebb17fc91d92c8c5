using System.Security.Cryptography;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Tells data from other data by what all batches of an epoch feed to a training step: a hash. What the evaluation alone reads
/// may depend on the weights.
/// </summary>
internal sealed class DataFingerprint(TrainingModel model)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isEmpty = true;

    /// <summary>Takes a batch that was fed and not run yet.</summary>
    internal void Add(TrainingSession session)
    {
        // What all batches share once.
        session.Inputs.Hash(_hash, model.BatchInputs.Where(input => _isEmpty || input.Name != GraphNetworkModel.AllFeatures));
        _isEmpty = false;
    }

    /// <summary>The hash of the added batches; null without any.</summary>
    internal string? Hash => _isEmpty ? null : Convert.ToHexString(_hash.GetCurrentHash());

    /// <summary>The hash of batches, which are read only for it.</summary>
    internal static string? Of(TrainingModel model, IEnumerable<TrainingBatch>? batches, TrainingSession session)
    {
        var fingerprint = new DataFingerprint(model);
        foreach (var batch in batches ?? [])
        {
            batch.FeedTo(session);
            fingerprint.Add(session);
            session.Inputs.Clear();
        }
        return fingerprint.Hash;
    }
}
