"""Pictures of Chronic Care Management: greens, with coral."""

from __future__ import annotations

import math

from .canvas import Canvas, Palette, bezier, mix, on_circle
from .gallery import Gallery
from .motifs import capsule, chair, gauge, heart, page, pulse, tick

P = Palette("#0F3D3E", "#1F7A72", "#62B6A5", "#BFE3D6", "#EFF7F2", "#F2855E", "#F6C667")
gallery = Gallery(P)
SAND = "#FBEFDD"


@gallery.banner("chronic-care-management")
def hills_and_pulse(c: Canvas) -> None:
    c.rect(0, 0, 1600, 500, mix(P.mid, P.soft, 0.35))
    c.disc(1290, 150, 84, P.sun)
    for y, amp, period, phase, fill in (
        (270, 46, 900, 0.1, P.mid),
        (330, 40, 760, 0.45, mix(P.mid, P.main, 0.35)),
        (375, 34, 1000, 0.2, mix(P.mid, P.main, 0.7)),
        (425, 30, 700, 0.7, P.main),
        (470, 18, 1200, 0.0, P.ink),
    ):
        c.hill(y, amp, period, phase, fill)
    pulse(c, -20, 1060, 250, [250, 520, 790], 130, 11, P.white)
    heart(c, 1110, 250, 92, P.warm)


@gallery.picture("carefrontier-the-20-minute-call-that-holds-a-care-plan-together")
def telephone(c: Canvas) -> None:
    c.rect(0, 0, 470, 675, P.main)
    c.disc(235, 338, 190, mix(P.main, P.ink, 0.25))
    c.arc(235, 400, 130, 190, 350, 62, SAND)
    for x in (107, 363):
        c.rect(x - 52, 372, 104, 92, SAND, 30)
        c.rect(x - 52, 432, 104, 32, P.warm, 16)
    coil = [(424 + t * 1.96 - 26 * math.sin(t * 0.36), 449 + 30 * math.cos(t * 0.36)) for t in range(0, 123)]
    c.line([*bezier((363, 464), (366, 540), (400, 490), coil[0]), *coil], 9, P.warm)
    for row in range(4):
        for col in range(5):
            x, y = 690 + col * 88, 150 + row * 88
            marked = (row, col) in {(0, 3), (1, 1), (2, 4), (3, 0)}
            c.rect(x, y, 72, 72, P.warm if marked else (P.white if (row + col) % 2 else P.soft), 16)
            if marked:
                tick(c, x + 36, y + 37, 15, 8, P.white)
    c.rect(690, 92, 424, 34, P.ink, 17)


@gallery.picture("wardround-nurses-on-the-line-what-400-check-in-calls-taught-one-clinic", (700, 700))
def two_bubbles(c: Canvas) -> None:
    c.rect(0, 0, 700, 700, P.soft)
    c.disc(540, 150, 230, P.mid)
    c.rect(70, 120, 400, 240, P.ink, 70)
    c.poly([(150, 340), (240, 340), (130, 430)], P.ink)
    for i, length in enumerate((40, 90, 140, 70, 150, 100, 50, 110, 36)):
        c.rect(124 + i * 34, 240 - length / 2, 16, length, P.sun if i == 4 else P.white, 8)
    c.rect(290, 400, 330, 200, P.white, 64)
    c.poly([(480, 580), (560, 580), (590, 664)], P.white)
    heart(c, 455, 500, 120, P.warm)


@gallery.picture("clinicwire-shared-medication-lists-cut-duplicate-prescriptions-in-a-four-clinic-pilot")
def capsules_to_list(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.disc(180, 560, 330, mix(P.soft, P.mid, 0.5))
    tints = (P.warm, P.main, P.sun, P.ink)
    scattered = [
        (90, 150, 40),
        (240, 90, 115),
        (300, 240, 20),
        (130, 330, 150),
        (400, 380, 75),
        (250, 500, 10),
    ]
    scattered += [(90, 560, 100), (470, 180, 135), (450, 560, 160)]
    for i, (x, y, angle) in enumerate(scattered):
        capsule(c, (x, y), on_circle(x, y, 82, angle), 46, tints[i % 4], P.white)
    c.rect(660, 60, 440, 560, P.white, 28)
    c.rect(800, 36, 160, 56, P.ink, 20)
    for i in range(5):
        y = 160 + i * 92
        capsule(c, (724, y), (784, y), 40, tints[i % 4], mix(tints[i % 4], P.white, 0.6))
        c.rect(836, y - 16, (206, 164, 190, 140, 176)[i], 13, P.mid, 6)
        c.rect(836, y + 8, (120, 90, 140, 100, 80)[i], 11, P.soft, 5)


@gallery.picture("northharbor-institute-home-blood-pressure-cuffs-work-better-with-a-person-behind-them")
def blood_pressure(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, SAND)
    c.hill(470, 26, 900, 0.2, mix(SAND, P.soft, 0.7))
    c.rect(90, 330, 330, 210, P.main, 44)
    c.rect(90, 330, 120, 210, mix(P.main, P.ink, 0.35), 44)
    c.rect(160, 330, 50, 210, mix(P.main, P.ink, 0.35))
    c.line(bezier((420, 450), (520, 520), (470, 250), (560, 300)), 20, P.ink)
    gauge(c, 640, 270, 170, P, 320)
    pulse(c, 820, 1240, 430, [930, 1090], 110, 13, P.warm)
    c.line([(640, 440), (640, 470), (700, 480)], 13, P.warm)
    c.line(bezier((640, 470), (690, 520), (720, 430), (820, 430)), 13, P.warm)


@gallery.picture("gesundheitsnetz-diabetes-lotsen-how-a-rhineland-network-pairs-patients-with-a-guide")
def river_pilot(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.mid)
    c.disc(950, 150, 90, P.sun)
    c.hill(230, 36, 1100, 0.3, P.main)
    c.hill(300, 30, 800, 0.75, P.ink)
    upper = bezier((-20, 470), (300, 330), (600, 600), (1220, 330))
    lower = bezier((1220, 560), (700, 740), (400, 560), (-20, 720))
    c.poly([*upper, *lower], P.soft)
    channel = bezier((-20, 590), (320, 430), (620, 680), (1220, 440))
    c.dashes(channel, 4, 6, P.white)
    for i, x_shift in ((14, -60), (30, 50), (47, -50)):
        x, y = channel[i]
        c.rect(x - 9, y + x_shift - 26, 18, 44, P.warm if x_shift < 0 else P.main, 9)
    c.poly([(560, 500), (790, 500), (750, 556), (600, 556)], P.white)
    c.rect(665, 360, 10, 142, P.ink)
    c.poly([(680, 366), (770, 396), (680, 426)], P.warm)
    c.rect(610, 460, 46, 42, P.sun, 8)


@gallery.picture("carefrontier-care-plans-written-in-plain-words-get-read-and-kept")
def long_and_short(c: Canvas) -> None:
    c.rect(600, 0, 600, 675, P.main)
    page(c, 150, 70, 320, 535, P.white, P.soft, [1, 0.9, 1, 0.95, 0.7, 1, 0.92, 1, 0.85, 0.96, 1, 0.6, 1, 0.9])
    c.disc(900, 338, 240, mix(P.main, P.ink, 0.25))
    c.rect(740, 160, 320, 300, P.white, 20)
    for i, share in enumerate((220, 180, 110)):
        c.rect(786, 216 + i * 62, share, 26, P.ink, 13)
    c.disc(1040, 450, 74, P.warm)
    tick(c, 1040, 452, 34, 16, P.white)


@gallery.picture("bedsidedata-predicting-the-second-admission-not-the-first")
def revolving_door(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.rect(0, 300, 1200, 76, P.soft)
    c.disc(600, 338, 262, P.white)
    c.arc(600, 338, 250, 205, 335, 26, P.ink)
    c.arc(600, 338, 250, 25, 155, 26, P.ink)
    for angle in (45, 135, 225, 315):
        c.line([on_circle(600, 338, 96, angle), on_circle(600, 338, 222, angle)], 16, P.mid)
    for start, fill in ((250, P.warm), (70, P.main)):
        c.arc(600, 338, 172, start, start + 66, 18, fill)
        x, y = on_circle(600, 338, 172, start + 74)
        turn = math.radians(start + 74 + 90)
        tip = (x + 34 * math.cos(turn), y + 34 * math.sin(turn))
        c.poly([tip, on_circle(600, 338, 205, start + 68), on_circle(600, 338, 139, start + 68)], fill)
    c.disc(600, 338, 92, P.ink)
    c.rect(548, 312, 10, 62, P.white, 5)
    c.rect(642, 336, 10, 38, P.white, 5)
    c.rect(548, 340, 104, 16, P.white, 6)
    c.disc(576, 326, 11, P.sun)


@gallery.picture("carefrontier-the-pharmacist-joins-the-monthly-huddle")
def round_table(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.disc(600, 338, 420, mix(P.soft, P.white, 0.45))
    for i in range(8):
        x, y = on_circle(600, 338, 258, i * 45 - 67.5)
        c.disc(x, y, 62, P.warm if i == 2 else (P.main if i % 2 else P.mid))
    c.disc(600, 338, 196, P.ink)
    c.disc(600, 338, 176, mix(P.ink, P.main, 0.35))
    for i in range(8):
        x, y = on_circle(600, 338, 122, i * 45 - 67.5)
        c.rect(x - 17, y - 21, 34, 42, P.sun if i == 2 else P.pale, 5)
    x, y = on_circle(600, 338, 258, 22.5)
    c.line([(x + 4, y - 4), (x + 25, y - 36)], 9, P.white)
    c.pie(x, y - 6, 31, 0, 180, P.white)
    c.rect(x - 14, y + 20, 28, 9, P.white, 4)


@gallery.picture("clinicwire-heart-failure-at-home-a-scale-a-phone-line-and-one-named-nurse")
def heart_on_scale(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.disc(600, 300, 300, mix(P.ink, P.main, 0.45))
    c.rect(330, 530, 540, 80, P.soft, 34)
    c.rect(330, 574, 540, 36, P.mid, 18)
    c.rect(536, 544, 128, 30, P.ink, 10)
    c.rect(594, 548, 6, 22, P.warm, 3)
    heart(c, 600, 320, 400, P.warm)
    pulse(c, 130, 1070, 320, [600], 170, 14, P.white)


@gallery.picture("northharbor-institute-open-workshop-designing-a-chronic-care-registry-that-a-small-practice-can-run")
def calendar_and_files(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, SAND)
    c.rect(0, 540, 1200, 135, mix(SAND, P.mid, 0.45))
    c.rect(380, 60, 440, 380, P.white, 24)
    c.rect(380, 60, 440, 84, P.main, 24)
    c.rect(380, 110, 440, 34, P.main)
    for x in (470, 730):
        c.rect(x - 8, 36, 16, 60, P.ink, 8)
    for i in range(20):
        x, y = 440 + i % 6 * 64, 194 + i // 6 * 64
        c.disc(x, y, 16, P.soft)
    c.ring(440 + 3 * 64, 194 + 2 * 64, 28, 10, P.warm)
    for i, fill in enumerate((P.mid, P.sun, P.main, P.warm, P.ink, P.mid, P.sun)):
        x = 120 + i * 140
        c.rect(x, 470, 120, 150, fill, 10)
        c.rect(x + 12, 450, 54, 40, fill, 10)
        c.rect(x + 22, 520, 76, 12, P.white, 6)
        c.rect(x + 22, 544, 48, 12, P.white, 6)


@gallery.picture("carefrontier-kidney-care-moves-earlier-screening-in-the-waiting-room")
def kidneys(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(0, 520, 1200, 155, P.main)
    c.disc(600, 250, 230, P.pale)
    for side in (-1, 1):
        cx = 600 + side * 92
        c.oval(cx + side * 18, 190, 62, 70, P.warm)
        c.oval(cx + side * 18, 290, 62, 74, P.warm)
        c.oval(cx + side * 40, 240, 50, 84, P.warm)
        c.disc(cx - side * 52, 240, 36, P.pale)
        c.line(
            bezier((cx - side * 16, 246), (cx - side * 56, 270), (cx - side * 50, 350), (cx - side * 60, 420)),
            14,
            P.sun,
        )
    for i in range(6):
        chair(c, 150 + i * 160, 600, 130, P.sun if i == 3 else P.ink, mix(P.ink, P.main, 0.2))


@gallery.picture(
    "hitconsultant-physician-practices-strategy-to-developing-a-strong-chronic-care-management-ccm-program",
    (700, 700),
)
def stethoscope(c: Canvas) -> None:
    c.rect(0, 0, 700, 700, P.main)
    c.pie(0, 700, 470, 270, 360, mix(P.main, P.ink, 0.3))
    c.disc(520, 180, 120, P.sun)
    tube = bezier((190, 130), (150, 420), (330, 420), (300, 130))
    c.line(tube, 26, P.pale)
    c.line(bezier((245, 346), (240, 620), (520, 640), (490, 440)), 26, P.pale)
    for x in (190, 300):
        c.disc(x, 118, 26, P.ink)
    c.disc(488, 400, 82, P.pale)
    c.disc(488, 400, 60, P.warm)
    heart(c, 488, 402, 58, P.white)
