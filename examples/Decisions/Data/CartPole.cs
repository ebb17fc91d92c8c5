namespace Decisions.Data;

/// <summary>
/// A pole on a cart is kept upright by pushing the cart (Barto, Sutton and Anderson 1983): a reward of 1 a step, until the pole leans by 12
/// degrees, the cart has run 2.4 m, or 60 steps of 0.02 s are over. The action is a force from -1 to 1, in units of 10 N.
/// </summary>
internal sealed class CartPole : Game
{
    private const double Gravity = 9.8, CartMass = 1, PoleMass = 0.1, HalfLength = 0.5, Force = 10, Seconds = 0.02;
    private const int Most = 60;

    internal override string Name => "cartpole";

    internal override IReadOnlyList<string> Actions => [];

    internal override int StateSize => 4;

    internal override int MostSteps => Most;

    internal override float[] Asked => [12, 24, 36, 48, 60];

    internal override string Policies => "a tenth balances by a linear rule, three tenths do so until a random step and then push the "
        + "wrong way, six tenths push the wrong way from the start";

    internal override Play Begin(Random random) => new Cart(random);

    internal override Trajectory Record(Random random)
    {
        var cart = new Cart(random);
        var until = random.Next(10) switch { 0 => Most, < 4 => random.Next(Most), _ => 0 };
        return Run(cart, step => (float)Math.Clamp((step < until ? 1 : -1) * cart.Balance() + 0.1 * (2 * random.NextDouble() - 1), -1, 1));
    }

    private sealed class Cart(Random random) : Play
    {
        private double _x, _speed, _angle = Around(random, 0.05), _turn = Around(random, 0.3);
        private int _steps;

        internal override float[] State => [(float)_x, (float)_speed, (float)_angle, (float)_turn];

        /// <summary>The force that brings the pole up and the cart back.</summary>
        internal double Balance() => Math.Clamp(0.1 * _x + 0.2 * _speed + 3.5 * _angle + 0.6 * _turn, -1, 1);

        internal override float Step(float action)
        {
            var force = Force * Math.Clamp(action, -1, 1);
            var (sine, cosine) = Math.SinCos(_angle);
            var push = (force + PoleMass * HalfLength * _turn * _turn * sine) / (CartMass + PoleMass);
            var turning = (Gravity * sine - cosine * push)
                / (HalfLength * (4.0 / 3 - PoleMass * cosine * cosine / (CartMass + PoleMass)));
            var speeding = push - PoleMass * HalfLength * turning * cosine / (CartMass + PoleMass);
            (_x, _angle) = (_x + Seconds * _speed, _angle + Seconds * _turn);
            (_speed, _turn) = (_speed + Seconds * speeding, _turn + Seconds * turning);
            IsOver = ++_steps == Most || Math.Abs(_angle) > 12 * Math.PI / 180 || Math.Abs(_x) > 2.4;
            return 1;
        }

        private static double Around(Random random, double most) => most * (2 * random.NextDouble() - 1);
    }
}
