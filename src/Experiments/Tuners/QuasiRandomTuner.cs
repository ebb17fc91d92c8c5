namespace MLSeqGraph.Experiments;

/// <summary>
/// A Halton sequence with digits permuted at random (Halton 1960; Owen 2017): points that leave smaller gaps than random ones. Digit j of
/// the trial's number in the base of a dimension's prime p counts as permutation_j(digit) · p^−(j+1).
/// </summary>
public sealed record QuasiRandomTuner : Tuner
{
    /// <inheritdoc/>
    public override double[] Propose(TunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var random = new Random(context.Seed);
        return [.. Primes().Take(context.Space.Dimensions.Count).Select(prime => Place(context.TrialId, prime, new(random.Next())))];
    }

    private static double Place(int number, int prime, Random random)
    {
        var (place, share) = (0.0, 1.0);
        int[] digits = new int[prime];
        // Beyond these digits nothing of a Double changes; leading zeros are permuted too.
        for (var rest = number; share > 1e-15; rest /= prime)
        {
            for (var digit = 0; digit < prime; digit++)
                digits[digit] = digit;
            random.Shuffle(digits);
            share /= prime;
            place += digits[rest % prime] * share;
        }
        return Math.Min(place, 1);
    }

    private static IEnumerable<int> Primes()
    {
        for (var number = 2; ; number++)
            if (Enumerable.Range(2, Math.Max(0, (int)Math.Sqrt(number) - 1)).All(divisor => number % divisor != 0))
                yield return number;
    }
}
