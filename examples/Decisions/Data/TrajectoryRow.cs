using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace Decisions.Data;

/// <summary>A trajectory as a row.</summary>
internal sealed class TrajectoryRow
{
    /// <summary>[steps × numbers of a state].</summary>
    public float[] States { get; set; } = [];

    /// <summary>The names of actions; empty where they are numbers.</summary>
    public string[] Chosen { get; set; } = [];

    /// <summary>[steps × numbers of an action]; empty where they have names.</summary>
    public float[] Numbers { get; set; } = [];

    /// <summary>What is still to come at each step.</summary>
    public float[] Returns { get; set; } = [];
}

/// <summary>Trajectories to train on, and others to compare with.</summary>
/// <param name="Name">What they are of.</param>
/// <param name="Actions">The names of actions; empty where they are numbers.</param>
/// <param name="StateSize">Numbers of a state.</param>
/// <param name="ActionSize">Numbers of an action.</param>
/// <param name="Train">Those to train on.</param>
/// <param name="Test">Others.</param>
/// <param name="Game">What can be played; null where there are recordings alone.</param>
internal sealed record TrajectorySet(string Name, IReadOnlyList<string> Actions, int StateSize, int ActionSize, TrajectoryRow[] Train,
    TrajectoryRow[] Test, Game? Game)
{
    internal bool IsDiscrete => Actions.Count > 0;

    /// <summary>The column that is learned.</summary>
    internal string ActionColumn => IsDiscrete ? "Actions" : nameof(TrajectoryRow.Numbers);

    internal static TrajectorySet Of(Game game, int count)
    {
        TrajectoryRow[] Rows(int rows, int seed) => [.. game.Record(rows, seed).Select(one => new TrajectoryRow
        {
            States = [.. one.States.SelectMany(state => state)],
            Chosen = game.Actions.Count == 0 ? [] : [.. one.Actions.Select(action => game.Actions[(int)action])],
            Numbers = game.Actions.Count == 0 ? [.. one.Actions] : [],
            Returns = DecisionPolicy.ReturnsToGo(one.Rewards),
        })];
        return new(game.Name, game.Actions, game.StateSize, 1, Rows(count, 1), Rows(Math.Max(10, count / 10), 2), game);
    }

    internal IDataView View(MLContext ml, TrajectoryRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(TrajectoryRow));
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
