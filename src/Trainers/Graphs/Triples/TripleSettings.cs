namespace MLSeqGraph.Trainers;

/// <summary>How entities that are known by their ids learn which of them are linked.</summary>
/// <param name="Decoder">How vectors become scores.</param>
/// <param name="Width">Numbers of an entity's vector.</param>
/// <param name="Loss">What is minimized; null for squared errors of the triples' numbers.</param>
internal sealed record TripleSettings(LinkDecoder Decoder, int Width, RankingLoss? Loss)
{
    /// <summary>Whether heads are asked for too; else tails alone.</summary>
    internal bool AsksForHeads { get; init; } = true;

    /// <summary>Whether heads are asked for by relations of their own.</summary>
    internal bool HasInverseRelations { get; init; }

    /// <summary>Whether entities have a number that is added to their scores.</summary>
    internal bool HasBiases { get; init; }

    /// <summary>Negative samples of each question.</summary>
    internal int Negatives { get; init; } = 1;

    /// <summary>Questions that share their negative samples.</summary>
    internal int GroupSize { get; init; } = 1;

    /// <summary>Whether negatives are drawn from the entities that are there in triples of the relation, at the same end.</summary>
    internal bool AreNegativesTyped { get; init; }

    /// <summary>Added to the score of a distance, or the margin of the margin loss.</summary>
    internal float Margin { get; init; }

    /// <summary>Weighs negatives by the softmax of this times their score; 0 to weigh all the same.</summary>
    internal float AdversarialTemperature { get; init; }

    /// <summary>Times the sum of the vectors' absolute values to the power <see cref="PenaltyPower"/>, for each triple.</summary>
    internal float Penalty { get; init; }

    /// <summary>3 (N3) or 2.</summary>
    internal int PenaltyPower { get; init; } = 3;

    /// <summary>Dropout of questions.</summary>
    internal float Dropout { get; init; }

    /// <summary>Standard deviation of the first vectors; null for the decoder's own.</summary>
    internal float? InitialDeviation { get; init; }

    /// <summary>Reads the vectors of entities and gives others, by the triples as edges; null to compare them as they are.</summary>
    internal GraphNetwork? Encoder { get; init; }

    /// <summary>How many of the tails that a head had last are added to its vector; 0 for none.</summary>
    internal int RecentTails { get; init; }

    /// <summary>Whether some entities are compared with all others, whose vectors are then read in each step.</summary>
    internal bool ComparesAll => Loss == RankingLoss.Softmax;
}
