namespace Physics.Data;

/// <summary>The steps of a rollout, as far as particles stay anywhere near the box.</summary>
internal static class FollowedSteps
{
    // Boxes that a particle may be away: no figure or picture says anything of what is farther.
    private const double Far = 100;

    /// <summary>Takes steps until there are so many, or one diverges.</summary>
    /// <param name="steps">Positions by step, without end.</param>
    /// <param name="count">How many are asked for.</param>
    /// <param name="data">The box.</param>
    /// <returns>The steps, and which step diverged, from 1; null where none did.</returns>
    internal static (double[][] Steps, int? Diverged) Of(IEnumerable<double[]> steps, int count, ParticleData data)
    {
        List<double[]> made = [];
        var size = Far * data.Upper.Zip(data.Lower, (high, low) => high - low).Max();
        try
        {
            foreach (var step in steps.Take(count))
            {
                if (!step.Index().All(at => at.Item > data.Lower[at.Index % data.Dimensions] - size
                    && at.Item < data.Upper[at.Index % data.Dimensions] + size))
                    return ([.. made], made.Count + 1);
                made.Add(step);
            }
        }
        catch (InvalidDataException)
        {
            // Positions are no numbers any more.
            return ([.. made], made.Count + 1);
        }
        return ([.. made], null);
    }
}
