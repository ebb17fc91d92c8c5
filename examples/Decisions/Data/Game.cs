namespace Decisions.Data;

/// <summary>What is recorded, and what a policy can be tried in.</summary>
internal abstract class Game
{
    internal abstract string Name { get; }

    /// <summary>The names of the actions; empty where an action is numbers.</summary>
    internal abstract IReadOnlyList<string> Actions { get; }

    /// <summary>Numbers of a state.</summary>
    internal abstract int StateSize { get; }

    /// <summary>The most steps.</summary>
    internal abstract int MostSteps { get; }

    /// <summary>Returns to ask for; the last one is the best that there is.</summary>
    internal abstract float[] Asked { get; }

    /// <summary>Which policies recorded the data, in words.</summary>
    internal abstract string Policies { get; }

    internal abstract Play Begin(Random random);

    /// <summary>A trajectory recorded by one of the policies.</summary>
    internal abstract Trajectory Record(Random random);

    /// <summary>Trajectories of mixed quality.</summary>
    internal Trajectory[] Record(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Record(random))];
    }

    /// <summary>Plays to the end.</summary>
    /// <param name="play">From its start.</param>
    /// <param name="act">The action, given how many steps were done: the number of one of several, or a number.</param>
    protected static Trajectory Run(Play play, Func<int, float> act)
    {
        List<float[]> states = [];
        List<float> actions = [], rewards = [];
        while (!play.IsOver)
        {
            states.Add(play.State);
            actions.Add(act(actions.Count));
            rewards.Add(play.Step(actions[^1]));
        }
        return new(states, actions, rewards);
    }
}

/// <summary>A game being played.</summary>
internal abstract class Play
{
    internal abstract float[] State { get; }

    internal bool IsOver { get; private protected set; }

    /// <summary>Does something; returns the reward.</summary>
    internal abstract float Step(float action);
}

/// <summary>States, actions and rewards, step by step.</summary>
internal sealed record Trajectory(IReadOnlyList<float[]> States, IReadOnlyList<float> Actions, IReadOnlyList<float> Rewards)
{
    internal float Return => Rewards.Sum();
}
